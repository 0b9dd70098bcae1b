//! SQLite's JSONB: its elements are written, and read as far as its texts go. <https://sqlite.org/jsonb.html>
//!
//! SQLite makes the same bytes of JSON, but takes several times as long for it.

use std::borrow::Cow;

/// Returns an object of the names and values that are written one after the other in `members`.
pub fn object(members: &[u8]) -> Vec<u8> {
    let (header, length) = header(OBJECT, members.len());
    [&header[..length], members].concat()
}

/// Writes one value that is not a list or an object.
pub fn write_value(kind: u8, value: &[u8], out: &mut Vec<u8>) {
    let (header, length) = header(kind, value.len());
    out.extend_from_slice(&header[..length]);
    out.extend_from_slice(value);
}

/// Puts the header of a list or an object in front of its value, which begins at `start` and goes to the end.
pub fn put_header(kind: u8, start: usize, out: &mut Vec<u8>) {
    let (header, length) = header(kind, out.len() - start);
    out.splice(start..start, header[..length].iter().copied());
}

/// The header of a value of this size, and its length.
fn header(kind: u8, size: usize) -> ([u8; 9], usize) {
    let (code, width) = match size {
        0..=11 => (size, 0),
        12..=0xff => (12, 1),
        0x100..=0xffff => (13, 2),
        0x1_0000..=0xffff_ffff => (14, 4),
        _ => (15, 8),
    };
    let mut header = [0; 9];
    #[expect(clippy::cast_possible_truncation, reason = "at most 15")]
    let first = (code as u8) << 4 | kind;
    header[0] = first;
    let bytes = (size as u64).to_be_bytes();
    header[1..=width].copy_from_slice(&bytes[bytes.len() - width..]);
    (header, width + 1)
}

/// One element: its type, the bytes of its value, and those of its header and value together.
struct Element<'b> {
    kind: u8,
    value: &'b [u8],
    length: usize,
}

pub const NULL: u8 = 0;
pub const TRUE: u8 = 1;
pub const FALSE: u8 = 2;
pub const INTEGER: u8 = 3;
pub const FLOAT: u8 = 5;
pub const TEXT: u8 = 7;
pub const TEXT_JSON: u8 = 8;
const TEXT_RAW: u8 = 10;
pub const ARRAY: u8 = 11;
pub const OBJECT: u8 = 12;

/// Calls `found` with the name and the bytes of each text of an object: its members that are texts, and the texts in its
/// members that are lists. Stops at what is not JSONB.
pub fn texts(document: &[u8], mut found: impl FnMut(&[u8], &[u8])) {
    let Some(object) = element(document).filter(|object| object.kind == OBJECT) else { return };
    let mut rest = object.value;
    while let Some((name, after)) = next(rest) {
        let Some((value, after)) = next(after) else { return };
        rest = after;
        let Some(name) = text(&name) else { continue };
        if value.kind == ARRAY {
            let mut items = value.value;
            while let Some((item, after)) = next(items) {
                items = after;
                if let Some(item) = text(&item) {
                    found(&name, &item);
                }
            }
        } else if let Some(value) = text(&value) {
            found(&name, &value);
        }
    }
}

fn next(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let element = element(bytes)?;
    let rest = bytes.get(element.length..)?;
    Some((element, rest))
}

fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let first = *bytes.first()?;
    let (header, size) = match first >> 4 {
        12 => (2, usize::from(*bytes.get(1)?)),
        13 => (3, usize::from(u16::from_be_bytes(bytes.get(1..3)?.try_into().ok()?))),
        14 => (5, usize::try_from(u32::from_be_bytes(bytes.get(1..5)?.try_into().ok()?)).ok()?),
        15 => (9, usize::try_from(u64::from_be_bytes(bytes.get(1..9)?.try_into().ok()?)).ok()?),
        size => (1, usize::from(size)),
    };
    let length = size.checked_add(header)?;
    Some(Element { kind: first & 0x0f, value: bytes.get(header..length)?, length })
}

/// The bytes of a text, without the escapes of JSON.
fn text<'b>(element: &Element<'b>) -> Option<Cow<'b, [u8]>> {
    match element.kind {
        TEXT | TEXT_RAW => Some(Cow::Borrowed(element.value)),
        TEXT_JSON => {
            let quoted = [b"\"", element.value, b"\""].concat();
            let text: String = serde_json::from_slice(&quoted).ok()?;
            Some(Cow::Owned(text.into_bytes()))
        }
        _ => None,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use rusqlite::Connection;
    use serde_json::Value;

    /// A value of every kind, of every length that has another header, and with every escape.
    pub fn document() -> Value {
        serde_json::json!({
            "a": "plain", "b": ["one", 2, null, ["deeper"], "two \u{e9} \u{1f600}"], "c": 1.5, "d": true, "e": null,
            "f": { "g": "inside", "a": false, "": {} }, "h": "line\nand \"quote\"\u{0}end", "i": "", "j": "x".repeat(300),
            "k": "long".repeat(20_000), "l\t": "m", "n": [1.0, -1, 1e300, -0.5, u64::MAX, i64::MIN, 0], "o": [],
            "p": "\"", "q": "twelve bytes", "r": "x".repeat(11), "s": "\\", "t": "x".repeat(255), "u": "x".repeat(256),
        })
    }

    #[test]
    fn texts_are_those_that_sqlite_reads() {
        let connection = Connection::open_in_memory().unwrap();
        let mut read = Vec::new();
        let stored: Vec<u8> =
            connection.query_row("SELECT jsonb(?1)", [document().to_string()], |row| row.get(0)).unwrap();
        texts(&stored, |name, text| read.push((name.to_vec(), text.to_vec())));
        let expected = connection
            .prepare(
                "SELECT CAST(member.key AS BLOB), CAST(item.value AS BLOB) FROM json_each(?1) member, \
                 json_each(iif(member.type = 'array', member.value, json_array(member.value))) item \
                 WHERE item.type = 'text' AND member.type IN ('text', 'array') ORDER BY member.id, item.id",
            )
            .unwrap()
            .query_map([document().to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<Vec<(Vec<u8>, Vec<u8>)>>>()
            .unwrap();
        assert_eq!(read.len(), 14);
        assert_eq!(read, expected);
    }

    #[test]
    fn bytes_that_are_not_jsonb_end_the_reading() {
        for bytes in [
            &b""[..],
            b"\x0c",
            b"\xfc",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x2c\x17a",
            b"{}",
            b"\x4c\x17a\x97b",
        ] {
            texts(bytes, |_, _| panic!("a text in {bytes:?}"));
        }
    }
}
