//! Values of JSON as Neo4j stores them.

use boltr::types::{BoltDict, BoltValue};
use serde_json::{Map, Value};

/// Every member that Neo4j can store, without raw data and the ones named.
pub fn properties(members: &Map<String, Value>, without: &[&str]) -> BoltValue {
    let kept = members.iter().filter(|(name, _)| {
        !matches!(name.as_str(), "_rawData" | "_mapping") && !without.contains(&name.as_str())
    });
    BoltValue::Dict(kept.map(|(name, value)| (name.clone(), convert(value))).collect())
}

/// A value. Neo4j stores lists of one type only, and no objects: others become JSON text.
pub fn convert(value: &Value) -> BoltValue {
    match value {
        Value::Null => BoltValue::Null,
        Value::Bool(one) => BoltValue::Boolean(*one),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => BoltValue::Integer(whole),
            (None, Some(real)) => BoltValue::Float(real),
            (None, None) => text(&number.to_string()),
        },
        Value::String(one) => text(one),
        Value::Array(items) if is_uniform(items) => BoltValue::List(items.iter().map(convert).collect()),
        Value::Array(_) | Value::Object(_) => text(&value.to_string()),
    }
}

/// Returns `true` for a list whose elements are all texts, all booleans, all whole numbers or all other numbers.
fn is_uniform(items: &[Value]) -> bool {
    let kind = |item: &Value| match item {
        Value::String(_) => 1,
        Value::Bool(_) => 2,
        Value::Number(number) if number.is_i64() => 3,
        Value::Number(_) => 4,
        _ => 0,
    };
    let first = items.first().map_or(1, kind);
    first != 0 && items.iter().all(|item| kind(item) == first)
}

pub fn text(text: &str) -> BoltValue {
    BoltValue::String(text.to_owned())
}

pub fn dict<const N: usize>(members: [(&str, BoltValue); N]) -> BoltValue {
    BoltValue::Dict(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BoltDict>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_that_neo4j_cannot_store_become_text() {
        assert_eq!(convert(&json!(["a", "b"])), BoltValue::List(vec![text("a"), text("b")]));
        assert_eq!(convert(&json!([])), BoltValue::List(Vec::new()));
        assert_eq!(convert(&json!([1, "b"])), text("[1,\"b\"]"));
        assert_eq!(convert(&json!([1, 1.5])), text("[1,1.5]"));
        assert_eq!(convert(&json!([null])), text("[null]"));
        assert_eq!(convert(&json!({ "a": 1 })), text("{\"a\":1}"));
        assert_eq!(convert(&json!(1_700_000_000_000_i64)), BoltValue::Integer(1_700_000_000_000));
        assert_eq!(convert(&json!(1.5)), BoltValue::Float(1.5));
    }
}
