//! The meaning of the values of members and headers that describe a list.

use serde_json::Value;

/// Returns `true` if a number says that more records follow: `"has_more": 17`.
pub(super) fn counts_more(plain: &str, value: &Value) -> bool {
    (plain.contains("more") || plain.contains("truncated")) && number(value).is_some_and(|count| count > 0)
}

/// Returns `true` if a value leads to a page before this one. A number is not taken for that: some providers repeat the first
/// page's own.
pub(super) fn leads_back(value: &Value) -> bool {
    match value {
        Value::Bool(said) => *said,
        Value::String(text) => leads_on(value) && text.parse::<f64>().is_err(),
        Value::Object(members) => members.values().any(|value| value.is_string() && leads_back(value)),
        Value::Null | Value::Number(_) | Value::Array(_) => false,
    }
}

/// Returns `true` if a link of a list of links leads to a next page.
pub(super) fn leads_to_next(links: &[Value]) -> bool {
    let is_next = |rel: &Value| rel.as_str().is_some_and(|rel| rel.eq_ignore_ascii_case("next"));
    links.iter().any(|link| is_next(&link["rel"]) || is_next(&link["relation"]))
}

/// The number of all records, of `items 0-2/12`.
pub(super) fn of_range(text: &str) -> Option<u64> {
    text.rsplit_once('/').and_then(|(_, total)| total.trim().parse().ok())
}

pub(super) fn is_nothing(value: &Value) -> bool {
    const WORDS: [&str; 8] = ["", "0", "false", "no", "none", "null", "ok", "success"];
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => WORDS.iter().any(|word| text.trim().eq_ignore_ascii_case(word)),
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(said) => *said,
        // `?1` is how headers are true (RFC 8941, section 3.3.6).
        Value::String(text) => {
            ["true", "yes", "y", "t", "1", "?1"].iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Value::Number(number) => number.as_u64() == Some(1),
        _ => false,
    }
}

pub(super) fn is_false(value: &Value) -> bool {
    match value {
        Value::Bool(said) => !said,
        Value::String(text) => ["false", "no", "n"].iter().any(|word| text.eq_ignore_ascii_case(word)),
        _ => false,
    }
}

pub(super) fn leads_on(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_f64().is_some_and(|number| number > 0.0),
        Value::String(text) => !matches!(text.trim(), "" | "0" | "-1" | "null" | "none" | "false"),
        Value::Array(list) => list.iter().any(leads_on),
        // A link as an object: `{ "href": "" }` leads nowhere.
        Value::Object(members) => members.values().any(leads_on),
    }
}

/// A count, also as a text: `12`, `12.0`, `"12 "`, `"1,200"`.
pub(super) fn number(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.replace([',', ' ', '_'], ""),
        _ => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
}

/// The count in a text of several numbers, or that is not exact: `3 of 12`, `3/12`, `12+`, `about 1'200`.
pub(super) fn count_in(value: &Value) -> Option<u64> {
    const LONGEST: usize = 40;
    let text = value.as_str().filter(|text| text.len() <= LONGEST)?.replace([',', '\'', '_'], "");
    // Versions, decimals and times count nothing.
    if text.contains(['.', ':']) {
        return None;
    }
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u64>().ok());
    let and_more = text.contains(['+', '>']);
    numbers.max().map(|most| most.saturating_add(u64::from(and_more)))
}
