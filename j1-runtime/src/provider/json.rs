//! Reads JSON of the provider as JavaScript does, so that no record is lost to what its own clients accept: a byte order mark,
//! members that come twice, and halves of surrogate pairs.

use std::borrow::Cow;

use j1_core::graph::{RecordPlaces, RecordText};
use j1_core::validate::without_byte_order_mark;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads one JSON value, with or without a byte order mark before it.
///
/// # Errors
/// If the bytes are not JSON, or not a `T`.
pub(crate) fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(without_byte_order_mark(bytes))
}

/// Reads one record, whose members are at these places, if they are known. Of members with the same name the last one counts. Half
/// of a surrogate pair, which an emoji leaves that was cut in the middle, becomes U+FFFD, and so do bytes
/// that are not UTF-8.
///
/// # Errors
/// If the record is not JSON, or not a `T`.
pub(crate) fn record<T: DeserializeOwned>(bytes: &[u8], places: RecordPlaces<'_>) -> serde_json::Result<T> {
    let bytes = without_byte_order_mark(bytes);
    // For valid UTF-8, much faster than a search for invalid bytes.
    let text = str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    // If what is mended does not help, the first error is the one that says where the record is wrong.
    T::deserialize(RecordText::new(&text, places)).or_else(|error| mended(&text).ok_or(error))
}

/// Reads a record with its halves of surrogate pairs replaced, and then with the last one of members with the same name.
fn mended<T: DeserializeOwned>(text: &str) -> Option<T> {
    let read = |json: &str| T::deserialize(RecordText::new(json, RecordPlaces::default())).ok();
    let whole = whole_surrogates(text.as_bytes());
    if let Cow::Owned(json) = &whole
        && let Some(record) = read(str::from_utf8(json).ok()?)
    {
        return Some(record);
    }
    if !is_affordable(&whole) {
        return None;
    }
    let value: Value = serde_json::from_slice(&whole).ok()?;
    read(&value.to_string())
}

/// The memory that the values of a record may need, as a multiple of its length, and in any case. Those of ordinary records need
/// about six times their length; those of `[0],[0],..` would need fifty.
const MOST_TIMES: usize = 8;
const ALWAYS: usize = 1 << 20;

/// Returns `true` if a record can be read as a [`Value`] without needing many times its length.
pub(super) fn is_affordable(json: &[u8]) -> bool {
    needed(json) <= MOST_TIMES * json.len() + ALWAYS
}

/// About how many bytes the values of a JSON text need in memory.
fn needed(json: &[u8]) -> usize {
    let of_byte = |byte: &u8| match byte {
        b'[' | b'{' => 150,
        b',' => 70,
        b':' => 60,
        _ => 0,
    };
    json.iter().map(of_byte).sum()
}

/// Replaces escapes of lone surrogates.
fn whole_surrogates(json: &[u8]) -> Cow<'_, [u8]> {
    let (mut out, mut at) = (Cow::Borrowed(json), 0);
    while let Some(next) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += next;
        let (length, is_lone) = match (code_unit(json, at), code_unit(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, false),
            (Some(unit), _) => (6, (0xd800..=0xdfff).contains(&unit)),
            // Another escape, such as that of a backslash.
            (None, _) => (2, false),
        };
        if is_lone && let Some(escape) = out.to_mut().get_mut(at..at + 6) {
            escape.copy_from_slice(br"\ufffd");
        }
        at += length;
    }
    out
}

/// Returns the code unit of an escape such as `\ud83d` at this place.
fn code_unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Named {
        id: u64,
        name: String,
    }

    #[test]
    fn json_is_read_as_javascript_reads_it() {
        for (json, name) in [
            (r#"{"id":7,"name":"cut \ud83d"}"#, "cut \u{fffd}"),
            (r#"{"id":7,"name":"\ude00\ud83d\ude00"}"#, "\u{fffd}\u{1f600}"),
            (r#"{"id":7,"name":"\\ud83d \ud83d\n"}"#, "\\ud83d \u{fffd}\n"),
            (r#"{"id":1,"name":"first","id":7,"name":"last"}"#, "last"),
            (r#"{"id":7,"name":"\ud83d\ude00"}"#, "\u{1f600}"),
            ("\u{feff}{\"id\":7,\"name\":\"marked\"}", "marked"),
        ] {
            let read: Named = record(json.as_bytes(), RecordPlaces::default())
                .unwrap_or_else(|error| panic!("{json}: {error}"));
            assert_eq!(read, Named { id: 7, name: name.to_owned() }, "{json}");
        }
        let read = record::<Named>(b"{\"id\":7,\"name\":\"no \xff\"}", RecordPlaces::default());
        assert_eq!(read.expect("a record").name, "no \u{fffd}");
    }

    #[test]
    fn an_error_is_that_of_the_record_as_it_came() {
        for (json, says) in [
            (r#"{"id":"7","name":"x"}"#, "invalid type: string \"7\", expected u64 at line 1 column 9"),
            ("{\n \"id\": \"7\", \"name\":\"x\"}", "expected u64 at line 2 column 10"),
            ("{\n \"id\":7, \n\"name\":[\n\"x\", 1] }", "expected a string at line 3 column "),
            ("{\n \"id\":7 \n}", "missing field `name` at line 3 column 1"),
            (r#"{"id":7,"name":"\ud83"#, "EOF"),
            (r#"{"id":7,"name":"\"#, "EOF"),
        ] {
            let error =
                record::<Named>(json.as_bytes(), RecordPlaces::default()).expect_err(json).to_string();
            assert!(error.contains(says), "{json}: {error}");
        }
    }
}
