//! The digest of a record: eight bytes that recognize it on another page.
//!
//! A record is recognized by its id, since other members may change between two requests (`lastSeen`); one without an
//! id by all of its bytes.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use j1_core::shared::AsIs;
use xxhash_rust::xxh3::xxh3_64;

/// Members that identify a record, the best first.
const IDS: [&[u8]; 9] = [
    b"\"id\"",
    b"\"_id\"",
    b"\"uuid\"",
    b"\"guid\"",
    b"\"gid\"",
    b"\"sid\"",
    b"\"sys_id\"",
    b"\"objectId\"",
    b"\"ID\"",
];

/// The digests of a few records, each once.
pub(super) type DigestSet = HashSet<u64, BuildHasherDefault<AsIs>>;

/// The digest of one record, which must be valid JSON.
pub(super) fn digest(record: &[u8]) -> u64 {
    xxh3_64(id(record).unwrap_or(record))
}

/// The value of the best member that identifies the record, if it is a string or a number.
fn id(record: &[u8]) -> Option<&[u8]> {
    let mut scan = Scan { bytes: record, at: 0 };
    let mut best: Option<(usize, &[u8])> = None;
    scan.expect(b'{')?;
    loop {
        let name = scan.value().filter(|name| name.first() == Some(&b'"'));
        let Some(name) = name else { break };
        scan.expect(b':')?;
        let value = scan.value()?;
        let scalar = value.first().is_some_and(|first| matches!(first, b'"' | b'-' | b'0'..=b'9'));
        if let Some(rank) = IDS.iter().position(|id| *id == name)
            && scalar
            && value != b"\"\""
        {
            if rank == 0 {
                return Some(value);
            }
            if best.is_none_or(|(before, _)| rank < before) {
                best = Some((rank, value));
            }
        }
        if scan.expect(b',').is_none() {
            break;
        }
    }
    best.map(|(_, value)| value)
}

/// Walks over the members of valid JSON without reading them.
struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Scan<'b> {
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// Steps over the next value, and returns its bytes.
    fn value(&mut self) -> Option<&'b [u8]> {
        let first = self.peek()?;
        let from = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.nested()?,
            b'}' | b']' => return None,
            _ => {
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                self.at += self.bytes.get(from..)?.iter().position(ends).unwrap_or(self.bytes.len() - from);
            }
        }
        self.bytes.get(from..self.at)
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }

    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{digest, id};

    #[test]
    fn a_record_is_recognized_by_its_best_id() {
        let of = |record: &str| id(record.as_bytes()).map(|id| String::from_utf8_lossy(id).into_owned());
        assert_eq!(of(r#"{"id":7,"name":"a"}"#).as_deref(), Some("7"));
        assert_eq!(
            of(r#" { "a" : { "id" : "x\"}" , "b":[1,{}] } , "uuid":"u", "_id" : "\u0041" } "#).as_deref(),
            Some(r#""\u0041""#)
        );
        for none in [
            "[]",
            "{}",
            "7",
            r#""id""#,
            r#"{"id":null}"#,
            r#"{"id":""}"#,
            r#"{"id":{"a":1}}"#,
            r#"{"to":{"id":1}}"#,
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn members_other_than_the_id_may_change() {
        assert_eq!(digest(br#"{"seen":1,"id":"a"}"#), digest(br#"{"id":"a","seen":2}"#));
        assert_ne!(digest(br#"{"id":"a"}"#), digest(br#"{"id":"b"}"#));
        assert_ne!(digest(br#"{"seen":1}"#), digest(br#"{"seen":2}"#));
    }
}
