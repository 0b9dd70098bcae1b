//! One case: an object, and what is known of it by the way it was made.

use serde_json::{Map, Value};

/// An object with a verdict that follows from the facts it was made of.
pub struct Case {
    /// Which fact it keeps or breaks: "User.email: null where the class allows none".
    pub fact: String,
    pub object: Map<String, Value>,
    /// The verdict of the official validator; `None` where only the recording knows.
    pub official: Option<bool>,
    /// The verdict of j1: the code and the property of a violation, if any.
    pub wrong: Option<(&'static str, String)>,
}

impl Case {
    /// An object that keeps every rule.
    pub fn right(fact: impl Into<String>, object: Map<String, Value>) -> Self {
        Self { fact: fact.into(), object, official: Some(true), wrong: None }
    }

    /// An object that breaks a rule of the data model.
    pub fn model(
        fact: impl Into<String>,
        object: Map<String, Value>,
        code: &'static str,
        property: &str,
    ) -> Self {
        Self { fact: fact.into(), object, official: Some(false), wrong: Some((code, property.to_owned())) }
    }

    /// An object that breaks a rule of JupiterOne's page, which the official validator does not know.
    pub fn stricter(
        fact: impl Into<String>,
        object: Map<String, Value>,
        code: &'static str,
        property: &str,
    ) -> Self {
        Self { fact: fact.into(), object, official: Some(true), wrong: Some((code, property.to_owned())) }
    }

    /// An object of which only the recording knows.
    pub fn recorded(fact: impl Into<String>, object: Map<String, Value>) -> Self {
        Self { fact: fact.into(), object, official: None, wrong: None }
    }
}

/// The object with one member changed.
pub fn with(object: &Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    let mut object = object.clone();
    object.insert(name.to_owned(), value);
    object
}

/// The object with one member less.
pub fn without(object: &Map<String, Value>, name: &str) -> Map<String, Value> {
    let mut object = object.clone();
    object.remove(name);
    object
}
