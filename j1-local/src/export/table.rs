//! The columns of a table, learnt from its rows.

use serde_json::{Map, Value};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No value has been seen.
    Unknown,
    Boolean,
    Integer,
    Number,
    Text,
}

/// The columns of a table.
#[derive(Debug)]
pub struct Table {
    pub columns: Vec<(String, Kind)>,
}

impl Table {
    /// Begins with columns that every row has.
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|name| ((*name).to_owned(), Kind::Unknown)).collect() }
    }

    /// Learns from a row. Columns whose values have several types become text.
    pub fn see(&mut self, object: &Map<String, Value>) {
        for (name, value) in object {
            let found = match value {
                Value::Null => Kind::Unknown,
                Value::Bool(_) => Kind::Boolean,
                Value::Number(number) if number.as_i64().is_some() => Kind::Integer,
                Value::Number(_) => Kind::Number,
                Value::String(_) | Value::Array(_) | Value::Object(_) => Kind::Text,
            };
            match self.columns.iter_mut().find(|(known, _)| known == name) {
                Some((_, kind)) => *kind = both(*kind, found),
                None => self.columns.push((name.clone(), found)),
            }
        }
    }
}

fn both(first: Kind, second: Kind) -> Kind {
    match (first, second) {
        (Kind::Unknown, other) | (other, Kind::Unknown) => other,
        (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Number,
        (first, second) if first == second => first,
        _ => Kind::Text,
    }
}

/// A value as text: strings as they are, everything else as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
