//! The comparison: types, keys, classes, properties, and the ends of relationships.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::graph::ObjectKind;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::collection::Object;

/// A collection in memory: objects by type and identity.
#[derive(Debug, Default)]
pub struct Side {
    types: BTreeMap<String, BTreeMap<String, Map<String, Value>>>,
}

impl Side {
    /// Adds an object. A relationship is identified by its ends, since its key only follows from theirs.
    pub fn add(&mut self, object: Object) {
        let text = |name: &str| object.members.get(name).and_then(Value::as_str).map(str::to_owned);
        let ends = text("_fromEntityKey").zip(text("_toEntityKey"));
        let identity = match (object.kind, ends) {
            (ObjectKind::Relationship, Some((from, to))) => format!("{from} -> {to}"),
            _ => object.key,
        };
        self.types.entry(object.ty).or_default().insert(identity, object.members);
    }
}

/// The number of objects of a type.
#[derive(Debug, Serialize)]
pub struct Row {
    #[serde(rename = "type")]
    pub ty: String,
    pub official: usize,
    pub new: usize,
    /// Those that both have.
    pub same: usize,
}

/// A difference.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// Its kind, such as `property-missing`.
    pub difference: &'static str,
    /// The type, or the type and the property.
    pub at: String,
    /// The numbers, with an example.
    pub what: String,
}

/// The result of a comparison.
#[derive(Debug)]
pub struct Compared {
    pub rows: Vec<Row>,
    pub differences: Vec<Difference>,
}

/// Compares two collections, type by type.
pub fn compare(official: &Side, new: &Side) -> Compared {
    let mut compared = Compared { rows: Vec::new(), differences: Vec::new() };
    let types: BTreeSet<&String> = official.types.keys().chain(new.types.keys()).collect();
    let none = BTreeMap::new();
    for ty in types {
        let old = official.types.get(ty).unwrap_or(&none);
        let now = new.types.get(ty).unwrap_or(&none);
        let same: Vec<&String> = old.keys().filter(|key| now.contains_key(*key)).collect();
        compared.rows.push(Row { ty: ty.clone(), official: old.len(), new: now.len(), same: same.len() });
        let mut add = |difference, at: String, what: String| {
            compared.differences.push(Difference { difference, at, what });
        };
        if now.is_empty() {
            add("type-missing", ty.clone(), format!("{} objects in the official collection only", old.len()));
            continue;
        }
        if old.is_empty() {
            add("type-added", ty.clone(), format!("{} objects in the new collection only", now.len()));
            continue;
        }
        let mut keys = |difference, from: &BTreeMap<String, _>, other: &BTreeMap<String, _>| {
            let lacking: Vec<&String> = from.keys().filter(|key| !other.contains_key(*key)).collect();
            if let Some(first) = lacking.first() {
                add(
                    difference,
                    ty.clone(),
                    format!("{} of {}, such as {first:?}", lacking.len(), from.len()),
                );
            }
        };
        keys("key-missing", old, now);
        keys("key-added", now, old);
        let pairs: Vec<_> =
            same.iter().filter_map(|key| Some((*key, old.get(*key)?, now.get(*key)?))).collect();
        properties(ty, &pairs, &mut compared.differences);
    }
    compared
}

type Pair<'p> = (&'p String, &'p Map<String, Value>, &'p Map<String, Value>);

/// Compares the properties of objects that both collections have.
fn properties(ty: &str, pairs: &[Pair<'_>], differences: &mut Vec<Difference>) {
    let compared = |name: &str| !name.starts_with('_') || name == "_class";
    let names: BTreeSet<&String> = pairs
        .iter()
        .flat_map(|(_, old, now)| old.keys().chain(now.keys()))
        .filter(|name| compared(name))
        .collect();
    for name in names {
        // A property that is null says no more than one that is absent, and an empty text is never sent.
        let says = |value: &&Value| !value.is_null() && value.as_str() != Some("");
        let value = |object: &Map<String, Value>| object.get(name).filter(says).cloned();
        let mut found: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
        for (key, old, now) in pairs {
            let difference = match (value(old), value(now)) {
                (Some(_), None) => Some(("property-missing", String::new())),
                (None, Some(_)) => Some(("property-added", String::new())),
                (Some(old), Some(now)) if !same(&old, &now) => {
                    let kind = if name == "_class" { "class" } else { "value" };
                    Some((kind, format!(", {} and not {}", short(&now), short(&old))))
                }
                _ => None,
            };
            if let Some((kind, what)) = difference {
                let entry = found.entry(kind).or_insert_with(|| (0, format!("such as {key:?}{what}")));
                entry.0 += 1;
            }
        }
        for (difference, (count, example)) in found {
            let what = format!("{count} of {}, {example}", pairs.len());
            differences.push(Difference { difference, at: format!("{ty}.{name}"), what });
        }
    }
}

/// Returns `true` for equal values; one text is the same as a list of it, and 1 is 1.0.
fn same(old: &Value, now: &Value) -> bool {
    match (old, now) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Array(list), one) | (one, Value::Array(list)) => {
            list.len() == 1 && list.iter().all(|item| same(item, one))
        }
        _ => old == now,
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        text
    } else {
        format!("{}…", text.chars().take(60).collect::<String>())
    }
}
