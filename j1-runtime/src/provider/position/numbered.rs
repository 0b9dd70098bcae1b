//! Cursors and URLs that count pages or records, which move with the list like any other number.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::provider::page::Next;
use crate::provider::paging::{Paging, Style};
use crate::provider::request::{Request, text_of};

/// Parameters that hold a position in the list rather than a cursor.
const POSITIONS: [&str; 11] = [
    "arrayconnection",
    "from",
    "offset",
    "p",
    "page",
    "pagenumber",
    "pageno",
    "skip",
    "start",
    "startat",
    "startindex",
];

/// Returns `true` if what leads to the next page is a number that counts pages or records. `so_far` are the numbers of
/// records and pages that were read.
pub(super) fn is_numbered(paging: &Paging, request: &Request, next: &Next, so_far: [u64; 2]) -> bool {
    match (paging.style, next) {
        (Style::Cursor { parameter, .. }, Next::Cursor(cursor)) => {
            let name = parameter.rsplit('.').next().unwrap_or(parameter);
            counts(name, cursor, so_far) || is_wrapped(cursor)
        }
        (Style::GraphQl { .. }, Next::Cursor(cursor)) => is_wrapped(cursor),
        (_, Next::Url(url)) => request.url.join(url).is_ok_and(|url| {
            url.query_pairs().any(|(name, value)| {
                let value = Value::String(value.into_owned());
                is_position(&name) && is_number(&value) || is_wrapped(&value)
            })
        }),
        _ => false,
    }
}

/// Returns `true` for a number in a parameter for a position, or one that is just where the next page begins.
fn counts(name: &str, cursor: &Value, [records, pages]: [u64; 2]) -> bool {
    if let Value::Object(members) = cursor {
        return members.iter().any(|(name, value)| is_position(name) && is_number(value));
    }
    let number = text_of(cursor).and_then(|text| text.parse::<u64>().ok());
    let begins = |number: u64| pages > 1 && (number == records || number == pages || number == pages + 1);
    is_number(cursor) && (is_position(name) || number.is_some_and(begins))
}

fn is_position(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    POSITIONS.contains(&plain.to_ascii_lowercase().as_str())
}

fn is_number(value: &Value) -> bool {
    text_of(value).is_some_and(|text| text.len() <= 9 && text.parse::<u64>().is_ok())
}

/// Returns `true` for a position in base64: `{"offset":100}`, `offset=100`, `arrayconnection:99`.
fn is_wrapped(cursor: &Value) -> bool {
    const LONGEST: usize = 256;
    let Value::String(text) = cursor else { return false };
    if text.len() > LONGEST {
        return false;
    }
    let standard = text.replace('-', "+").replace('_', "/");
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    let Some(inside) = engine.decode(standard).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return false;
    };
    if let Ok(Value::Object(members)) = serde_json::from_str(&inside) {
        return members.iter().any(|(name, value)| is_position(name) && is_number(value));
    }
    inside.split(['&', ';', ',']).any(|part| {
        let pair = part.split_once(['=', ':']);
        pair.is_some_and(|(name, value)| is_position(name) && is_number(&Value::String(value.to_owned())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_seen_in_base64() {
        for (cursor, wrapped) in [
            ("YXJyYXljb25uZWN0aW9uOjk5", true),
            ("eyJvZmZzZXQiOjEwMH0", true),
            ("cGFnZT0y", true),
            ("dXNlcjpVMDYxTkZUVDI=", false),
            ("aWQ9MTAw", false),
            ("eyJpZCI6MTAwfQ==", false),
            ("100", false),
        ] {
            assert_eq!(is_wrapped(&Value::String(cursor.to_owned())), wrapped, "{cursor}");
        }
    }

    #[test]
    fn a_cursor_counts_if_it_is_a_number_where_the_next_page_begins() {
        // Twenty records on two pages.
        for (name, cursor, numbered) in [
            ("cursor", "20", true),
            ("cursor", "2", true),
            ("cursor", "3", true),
            ("cursor", "777", false),
            ("cursor", "abc", false),
            ("offset", "777", true),
            ("offset", "abc", false),
            ("offset", "1767225600000", false),
        ] {
            let cursor = Value::String(cursor.to_owned());
            assert_eq!(counts(name, &cursor, [20, 2]), numbered, "{name} {cursor}");
        }
        assert!(!counts("cursor", &Value::String("1".to_owned()), [1, 1]), "the first page shows nothing");
        let of_members = |members| counts("cursor", &members, [20, 2]);
        assert!(of_members(serde_json::json!({ "id": "a", "offset": 20 })));
        assert!(!of_members(serde_json::json!({ "id": 20, "offset": "a" })));
    }
}
