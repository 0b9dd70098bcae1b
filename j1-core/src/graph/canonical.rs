//! JSON in one spelling, so that equal objects have equal text.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::bytes;

/// Integers up to here are exact in the numbers of JSON's clients.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Writes an object with its keys sorted, leaving out those that `keep` refuses.
#[must_use]
pub fn object(map: &Map<String, Value>, keep: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(256);
    write_object(map, &keep, &mut out);
    out
}

/// Writes any value.
#[must_use]
pub fn value(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => write_object(map, &|_| true, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_text(text, out),
        Value::Bool(boolean) => out.push_str(if *boolean { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
    }
}

fn write_object(map: &Map<String, Value>, keep: &dyn Fn(&str) -> bool, out: &mut String) {
    out.push('{');
    let start = out.len();
    each_member(map, keep, |name, value| {
        if out.len() > start {
            out.push(',');
        }
        write_text(name, out);
        out.push(':');
        write(value, out);
    });
    out.push('}');
}

/// Calls `found` with each member that `keep` does not refuse, sorted by name.
pub fn each_member(
    map: &Map<String, Value>,
    keep: impl Fn(&str) -> bool,
    mut found: impl FnMut(&str, &Value),
) {
    let members = map.iter().filter(|(name, _)| keep(name));
    // `Map` is sorted or not, by a feature of serde_json that any crate of a build may switch on.
    if map.keys().is_sorted() {
        members.for_each(|(name, value)| found(name, value));
    } else {
        let mut members: Vec<_> = members.collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        members.into_iter().for_each(|(name, value)| found(name, value));
    }
}

/// Returns `true` if JSON writes the text as it is, between quotes.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    bytes::is_plain(text.as_bytes())
}

/// Most texts have nothing to escape and are copied as they are.
fn write_text(text: &str, out: &mut String) {
    if !is_plain(text) {
        out.push_str(&Value::from(text).to_string());
        return;
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// `1.0` and `1` are the same number to every client, so they are written the same.
fn write_number(number: &Number, out: &mut String) {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
            out.push_str(&(float as i64).to_string());
        }
        // Writing to a String does not fail.
        _ => _ = write!(out, "{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spelling_does_not_depend_on_order_or_on_the_form_of_a_number() {
        assert_eq!(value(&json!({"b": 1.0, "a": [null, "ä\"", 1.5]})), r#"{"a":[null,"ä\"",1.5],"b":1}"#);
    }
    #[test]
    fn a_letter_is_escaped_wherever_it_stands() {
        for letter in ['"', '\\', '\n', '\u{1f}', '\0', ' ', '\u{7f}', 'ä', '𝄞'] {
            for before in 0..40 {
                let text = format!("{}{letter}{}", "x".repeat(before), "y".repeat(40 - before));
                let json = serde_json::to_string(&text).unwrap();
                assert_eq!(value(&Value::from(text.as_str())), json);
                assert_eq!(is_plain(&text), json.len() == text.len() + 2, "{text:?}");
            }
        }
    }
}
