//! The state of JupiterOne, and the difference of two states.

use std::collections::BTreeMap;

use serde_json::Value;

/// An entity or a relationship, with what of it a test looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub ty: String,
    /// The name of an entity; of a relationship, nothing.
    pub content: String,
    /// The keys of the two ends, of a relationship.
    pub ends: Option<(String, String)>,
}

impl Row {
    pub fn entity(ty: &str, key: &str, name: &str) -> Self {
        Self { key: key.to_owned(), ty: ty.to_owned(), content: name.to_owned(), ends: None }
    }

    pub fn relationship(ty: &str, from: &str, to: &str) -> Self {
        Self {
            key: format!("{from}|has|{to}"),
            ty: ty.to_owned(),
            content: String::new(),
            ends: Some((from.to_owned(), to.to_owned())),
        }
    }

    /// As it is uploaded.
    pub fn read(object: &Value) -> Option<Self> {
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            key: text("_key")?,
            ty: text("_type")?,
            content: text("name").unwrap_or_default(),
            ends: text("_fromEntityKey").zip(text("_toEntityKey")),
        })
    }
}

/// Rows by key. An entity and a relationship never share one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph(pub BTreeMap<String, Row>);

impl Graph {
    pub fn insert(&mut self, row: Row) {
        self.0.insert(row.key.clone(), row);
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Describes the difference from the expected state: `least` has to be there, and nothing outside `most`; with
    /// `contents`, each object as it is in `most`.
    pub fn differs_from(&self, least: &Self, most: &Self, contents: bool) -> Option<String> {
        let missing = least.keys().find(|key| !self.has(key)).map(|key| format!("{key} is missing"));
        let surplus = || self.keys().find(|key| !most.has(key)).map(|key| format!("{key} is left over"));
        let stale = || {
            let mut held = self.0.values();
            let other = |held: &&Row| most.0.get(&held.key).filter(|expected| *expected != *held);
            held.find_map(|held| other(&held).map(|expected| format!("{held:?} should be {expected:?}")))
        };
        missing.or_else(surplus).or_else(|| if contents { stale() } else { None })
    }
}
