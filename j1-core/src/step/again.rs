//! Compares an entity with what a step reads back of it, as far as `Serialize` writes it.

use serde_json::Value;

use crate::step::{Readable, stored};

/// Returns the member that differs after the struct was read back from what is stored of it and written again.
pub(super) fn changed<T: Readable>(stored: &[u8]) -> Option<String> {
    // What cannot be read back is an error of the step that reads it.
    let after: T = stored::read(stored).ok()?;
    if stored::write(&after).is_ok_and(|again| again == stored) {
        return None;
    }
    let before: Value = serde_json::from_slice(&stored::json(stored)).ok()?;
    let after = serde_json::to_value(&after).ok()?;
    let (Value::Object(before), Value::Object(after)) = (&before, &after) else {
        return (!is_same(&before, &after)).then(|| "value".to_owned());
    };
    let names = before.keys().chain(after.keys());
    let of =
        |members: &serde_json::Map<String, Value>, name: &str| members.get(name).cloned().unwrap_or_default();
    names.into_iter().find(|name| !is_same(&of(before, name), &of(after, name))).cloned()
}

/// Returns `true` for the same value. A set has no order, and the last digit of a number is not read exactly.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || is_close(one.as_f64(), other.as_f64()),
        (Value::Array(one), Value::Array(other)) => {
            let sorted = |list: &[Value]| {
                let mut sorted: Vec<String> = list.iter().map(Value::to_string).collect();
                sorted.sort_unstable();
                sorted
            };
            let each = || one.iter().zip(other).all(|(one, other)| is_same(one, other));
            one.len() == other.len() && (each() || sorted(one) == sorted(other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has =
                |(name, value): (&String, &Value)| is_same(value, other.get(name).unwrap_or(&Value::Null));
            one.iter().all(has) && other.keys().all(|name| one.contains_key(name) || other[name].is_null())
        }
        (one, other) => one == other,
    }
}

fn is_close(one: Option<f64>, other: Option<f64>) -> bool {
    one.zip(other).is_some_and(|(one, other)| (one - other).abs() <= one.abs().max(other.abs()) * 1e-12)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_same;

    #[test]
    fn sets_and_last_digits_are_the_same_and_lost_members_are_not() {
        assert!(is_same(
            &json!({ "a": [1, 2], "b": 0.3 }),
            &json!({ "a": [2, 1], "b": 0.1_f64 + 0.2, "c": null })
        ));
        for (one, other) in [
            (json!({ "a": [1, 2] }), json!({ "a": [] })),
            (json!({ "a": 1 }), json!({})),
            (json!({}), json!({ "a": 1 })),
            (json!([1, 1, 2]), json!([1, 2, 2])),
            (json!(1), json!(1.5)),
            (json!("1"), json!(1)),
        ] {
            assert!(!is_same(&one, &other), "{one} {other}");
        }
    }
}
