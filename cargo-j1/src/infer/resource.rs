//! What a file tells of a vendor's API; every reader fills this, and one generator writes code from it.

use std::fmt;

use super::json::Json;
use super::shape::Shape;
use crate::new::api::{Auth, Paging};
use crate::new::escape::line;

/// What a file tells.
#[derive(Debug, Default)]
pub struct Found {
    /// Where the API is.
    pub base: Option<String>,
    /// How it wants to be asked.
    pub auth: Option<Auth>,
    /// The lists that it has.
    pub resources: Vec<Resource>,
    /// What became of nothing, and why.
    pub left_out: Vec<LeftOut>,
}

/// Something that was not placed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LeftOut {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl LeftOut {
    /// This, for this reason.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: line(&what.into()), why: line(&why.into()) }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

/// A list of things that an API has.
#[derive(Debug)]
pub struct Resource {
    /// What one of them is called, in snake case.
    pub name: String,
    /// Its path below the address of the API.
    pub path: String,
    /// The member of an answer that holds the records; none where the answer is the list.
    pub items: Option<String>,
    /// How the list is dealt out, if that could be told.
    pub paging: Option<Paging>,
    /// What the records look like: an object.
    pub shape: Shape,
    /// Some records.
    pub records: Vec<Json>,
    /// What a document says of one.
    pub docs: Option<String>,
}

/// The records of a list as an answer may hold them, and the member that holds them: the list itself, or the only member that
/// is a list of objects.
pub fn records(answer: &Json) -> Option<(Option<String>, &[Json])> {
    let objects = |json: &Json| {
        !json.items().is_empty() && json.items().iter().all(|item| matches!(item, Json::Object(_)))
    };
    if objects(answer) {
        return Some((None, answer.items()));
    }
    let lists = |json: &'_ Json| -> Vec<String> {
        json.members().iter().filter(|(_, value)| objects(value)).map(|(name, _)| name.clone()).collect()
    };
    if let [only] = lists(answer).as_slice() {
        return Some((Some(only.clone()), answer.get(only)?.items()));
    }
    // One level down, as in `{"data": {"users": [..]}}`.
    let inner = answer.members().iter().find_map(|(outer, value)| match lists(value).as_slice() {
        [only] => Some((outer, value, only.clone())),
        _ => None,
    })?;
    let (outer, value, name) = inner;
    Some((Some(format!("{outer}.{name}")), value.get(&name)?.items()))
}
