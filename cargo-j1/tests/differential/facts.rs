//! The facts of the data model, read from the file that they are committed as, not from what j1 made of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::samples;

/// The facts of a property.
#[derive(serde::Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    pub types: Vec<String>,
    pub format: Option<String>,
    pub pattern: Option<String>,
    #[serde(rename = "enum", default)]
    pub allowed: Vec<Value>,
    pub items: Option<Box<Property>>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    #[serde(default)]
    pub unique_items: bool,
}

/// The facts of a class.
#[derive(serde::Deserialize)]
pub struct Class {
    pub required: Vec<String>,
    pub properties: BTreeMap<String, Property>,
}

/// The facts.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    pub classes: BTreeMap<String, Class>,
    pub relationship_classes: Vec<String>,
    pub relationships: Value,
}

pub fn read() -> Facts {
    serde_json::from_str(include_str!("../../../j1-model/data/data-model.json")).expect("the facts are JSON")
}

impl Property {
    pub fn takes(&self, ty: &str) -> bool {
        self.types.iter().any(|known| known == ty)
    }

    /// A value that it takes; null only where nothing else is.
    pub fn right(&self) -> Value {
        if let Some(value) = self.allowed.first() {
            return value.clone();
        }
        match &self.items {
            _ if self.takes("string") => json!(samples::right(self)),
            Some(items) if self.takes("array") => json!([items.right()]),
            None if self.takes("array") => json!([]),
            _ if self.takes("boolean") => json!(true),
            _ if self.takes("integer") || self.takes("number") => json!(self.minimum.map_or(7, whole)),
            _ => Value::Null,
        }
    }
}

/// A bound as the whole number it is.
#[expect(clippy::cast_possible_truncation, reason = "bounds of the data model are whole numbers below 2^53")]
pub fn whole(bound: f64) -> i64 {
    bound as i64
}

/// The least that an entity of these classes has. JupiterOne wants a `name` and a `displayName` of each.
pub fn minimal(classes: &[(&str, &Class)]) -> Map<String, Value> {
    let mut object = Map::new();
    for (_, class) in classes {
        for name in &class.required {
            let property = &class.properties[name];
            // The stricter of two classes is the one whose value is wanted.
            let value = property.right();
            let before =
                object.get(name).is_some_and(|_| property.allowed.is_empty() && property.pattern.is_none());
            if !before {
                object.insert(name.clone(), value);
            }
        }
    }
    object.insert("_key".to_owned(), json!("acme-thing:1"));
    object.insert("_type".to_owned(), json!("acme_thing"));
    let names: Vec<_> = classes.iter().map(|(name, _)| *name).collect();
    object.insert("_class".to_owned(), if let [name] = names[..] { json!(name) } else { json!(names) });
    for name in ["name", "displayName"] {
        object.entry(name).or_insert_with(|| json!("A name"));
    }
    object
}
