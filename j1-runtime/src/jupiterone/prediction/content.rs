//! The content of an object, compared as JupiterOne's finalize does, without raw data.

use j1_core::graph::{ObjectKind, canonical};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::Xxh3;

/// The member that only mapped relationships have.
const MAPPING: &str = "_mapping";

/// The content by which two versions of an object are compared.
pub(crate) struct Content<'o> {
    pub kind: ObjectKind,
    pub ty: &'o str,
    pub class: &'o Value,
    pub properties: &'o Map<String, Value>,
}

impl Content<'_> {
    /// Returns `true` for a mapped relationship.
    pub fn is_mapped(&self) -> bool {
        self.kind == ObjectKind::Relationship && self.properties.contains_key(MAPPING)
    }

    /// A hash that is equal for versions that JupiterOne treats as equal.
    pub fn hash(&self) -> u64 {
        let properties =
            canonical::object(self.properties, |name| counts(self.kind, name, self.properties.get(name)));
        let mut hasher = Xxh3::new();
        for part in [self.ty, &canonical::value(&class(self.class)), &properties] {
            hasher.update(&part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.digest()
    }
}

/// The names of the properties that differ.
pub(crate) fn changed(
    kind: ObjectKind,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<String> {
    let differs = |name: &&String| {
        let [before, after] = [before, after].map(|all| {
            let value = all.get(*name).filter(|value| counts(kind, name, Some(value)));
            value.map(canonical::value)
        });
        before != after
    };
    let mut names: Vec<_> = before.keys().chain(after.keys()).filter(differs).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns `true` if a property is compared. Names with a leading underscore are JupiterOne's or raw data, except for the
/// mapping of a mapped relationship; an explicit null counts as absent, and the name of a relationship may have been set by
/// JupiterOne.
fn counts(kind: ObjectKind, name: &str, value: Option<&Value>) -> bool {
    let named_by_others = kind == ObjectKind::Relationship && name == "displayName";
    (name == MAPPING || !name.starts_with('_'))
        && !named_by_others
        && value.is_some_and(|value| !value.is_null())
}

/// Classes as a sorted list: JupiterOne shows one class as a list, too.
fn class(class: &Value) -> Value {
    let mut names: Vec<&str> = match class {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    names.sort_unstable();
    names.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hash(class: &Value, properties: &Value) -> u64 {
        let properties = properties.as_object().expect("an object");
        Content { kind: ObjectKind::Entity, ty: "t", class, properties }.hash()
    }

    #[test]
    fn values_that_jupiterone_displays_differently_are_equal() {
        let sent = hash(&json!("User"), &json!({ "b": 1.0, "a": "x", "none": null, "_rawData": [] }));
        assert_eq!(sent, hash(&json!(["User"]), &json!({ "a": "x", "b": 1, "_id": "7" })));
        assert_ne!(sent, hash(&json!(["User"]), &json!({ "a": "x", "b": 2 })));
        assert_ne!(sent, hash(&json!(["User", "Person"]), &json!({ "a": "x", "b": 1 })));
    }

    #[test]
    fn the_properties_that_differ_are_named() {
        let before = json!({ "same": [1, 2], "gone": 1, "other": "a", "_version": 1, "null": null });
        let after = json!({ "same": [1, 2], "other": "b", "new": true });
        let [before, after] = [before, after].map(|value| value.as_object().expect("an object").clone());
        assert_eq!(changed(ObjectKind::Entity, &before, &after), ["gone", "new", "other"]);
        // JupiterOne sets the name of a relationship that has none.
        let [before, after] = [1, 2].map(|value| {
            let all = json!({ "displayName": value, "since": value });
            all.as_object().expect("an object").clone()
        });
        assert_eq!(changed(ObjectKind::Relationship, &before, &after), ["since"]);
        assert_eq!(changed(ObjectKind::Entity, &before, &after), ["displayName", "since"]);
    }
}
