//! A collected graph, in an order that does not depend on the order of collecting.

use std::collections::BTreeMap;

use j1_core::graph::{Naming, Object, Type};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The collected graph: by `_type`, and within a type by `_key`, so that two runs over the same responses are equal,
/// in whatever order their steps ran.
///
/// It is [`Serialize`], as `{"<_type>": [object, …]}`, for `insta::assert_json_snapshot!`.
#[derive(Clone, Debug)]
pub struct Graph {
    naming: Naming,
    types: BTreeMap<String, Vec<Value>>,
}

impl Graph {
    pub(crate) fn new(naming: Naming, objects: impl IntoIterator<Item = Value>) -> Self {
        let mut types: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for object in objects {
            types.entry(text(&object, "_type").to_owned()).or_default().push(object);
        }
        for objects in types.values_mut() {
            objects.sort_by(|a, b| text(a, "_key").cmp(text(b, "_key")));
        }
        Self { naming, types }
    }

    /// The objects of a type, in the form that JupiterOne gets: `graph.of::<User>()`,
    /// `graph.of::<Has<Account, User>>()`.
    #[must_use]
    pub fn of<T: Object>(&self) -> &[Value] {
        self.of_type(&self.name(T::TYPE))
    }

    /// The objects with this `_type`.
    #[must_use]
    pub fn of_type(&self, ty: &str) -> &[Value] {
        self.types.get(ty).map_or(&[], Vec::as_slice)
    }

    /// The object with this `_key`.
    ///
    /// # Panics
    /// When there is none; the message names keys that are near.
    #[must_use]
    #[track_caller]
    pub fn get(&self, key: &str) -> &Value {
        if let Some(found) = self.objects().find(|object| text(object, "_key") == key) {
            return found;
        }
        let keys: Vec<&str> = self.objects().map(|object| text(object, "_key")).collect();
        let near = j1_core::model::nearest(key, keys.iter().copied());
        let hint = near.map_or_else(
            || format!("the first of {} keys: {:?}", keys.len(), &keys[..keys.len().min(5)]),
            |near| format!("did you mean `{near}`?"),
        );
        panic!("nothing in the graph has the key `{key}`; {hint}")
    }

    /// The value of one property of each object of a type, in the order of their keys.
    #[must_use]
    pub fn values<T: Object>(&self, property: &str) -> Vec<&Value> {
        self.of::<T>().iter().map(|object| object.get(property).unwrap_or(&Value::Null)).collect()
    }

    /// Every object.
    pub fn objects(&self) -> impl Iterator<Item = &Value> {
        self.types.values().flatten()
    }

    /// Returns the number of objects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.types.values().map(Vec::len).sum()
    }

    /// Returns `true` if nothing was collected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// Replaces each value of a property by `text`, for properties that differ between runs, such as a date.
    ///
    /// # Panics
    /// When no object has the property: the redaction would hide nothing, and is misspelt or out of date.
    #[must_use]
    #[track_caller]
    pub fn redacted(mut self, property: &str, text: &str) -> Self {
        let mut found = false;
        for object in self.types.values_mut().flatten() {
            if let Some(value) = object.get_mut(property).filter(|value| !value.is_null()) {
                *value = text.into();
                found = true;
            }
        }
        assert!(found, "no object has a `{property}` to redact; take `.redacted(\"{property}\", ..)` out");
        self
    }

    /// Keeps only the first `each` objects of each type, for a snapshot that a person can read.
    #[must_use]
    pub fn sample(mut self, each: usize) -> Self {
        for objects in self.types.values_mut() {
            objects.truncate(each);
        }
        self
    }

    /// Returns an outline of each type without the values: counts, classes, and the kinds of properties.
    #[must_use]
    pub fn outline(&self) -> Outline {
        Outline(self.types.iter().map(|(ty, objects)| (ty.clone(), TypeOutline::new(objects))).collect())
    }

    pub(super) fn name(&self, ty: Type) -> String {
        ty.name(&self.naming)
    }
}

impl Serialize for Graph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.types.serialize(serializer)
    }
}

/// A graph without its values. A snapshot of one stays short however large the graph is, and still shows a property
/// that vanished or changed its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outline(BTreeMap<String, TypeOutline>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct TypeOutline {
    count: usize,
    class: Value,
    /// By property: the number of objects with each kind of value.
    properties: BTreeMap<String, String>,
}

impl TypeOutline {
    fn new(objects: &[Value]) -> Self {
        let mut kinds: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for (name, value) in objects.iter().filter_map(Value::as_object).flatten() {
            if !matches!(name.as_str(), "_key" | "_type" | "_class") {
                *kinds.entry(name).or_default().entry(kind(value)).or_default() += 1;
            }
        }
        let line = |kinds: BTreeMap<&str, usize>| {
            kinds.iter().map(|(kind, count)| format!("{kind}: {count}")).collect::<Vec<_>>().join(", ")
        };
        let properties = kinds.into_iter().map(|(name, kinds)| (name.to_owned(), line(kinds))).collect();
        let class = objects.first().and_then(|object| object.get("_class")).cloned().unwrap_or_default();
        Self { count: objects.len(), class, properties }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Object(_) => "object",
        Value::Array(items) => match items.first() {
            None => "empty array",
            Some(Value::String(_)) => "array of strings",
            Some(Value::Number(_)) => "array of numbers",
            Some(Value::Bool(_)) => "array of booleans",
            Some(_) => "array",
        },
    }
}

/// A member that every object has.
pub(super) fn text<'v>(object: &'v Value, member: &str) -> &'v str {
    object.get(member).and_then(Value::as_str).unwrap_or_default()
}
