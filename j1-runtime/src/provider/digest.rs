//! The digest of a record: eight bytes that recognize it on another page.
//!
//! A record is recognized by its id, since other members may change between two requests (`lastSeen`); one without an
//! id by all of its bytes.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use j1_core::graph::each_member_while;
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
    let mut best: Option<(usize, &[u8])> = None;
    // The record is valid JSON; only an object has members.
    let _ = each_member_while(record, |name, value| {
        let rank = IDS.iter().position(|id| *id == name).filter(|_| identifies(value));
        best = best.into_iter().chain(rank.map(|rank| (rank, value))).min_by_key(|(rank, _)| *rank);
        // No other is better than the first.
        best.is_none_or(|(rank, _)| rank > 0)
    });
    best.map(|(_, value)| value)
}

fn identifies(value: &[u8]) -> bool {
    value != b"\"\"" && matches!(value.first(), Some(b'"' | b'-' | b'0'..=b'9'))
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
    fn an_id_behind_what_is_nested_deeply_is_found() {
        for depth in [1, 64, 65, 1000] {
            let record =
                format!(r#"{{"uuid":"u","deep":{}{},"id":7}}"#, "[".repeat(depth), "]".repeat(depth));
            assert_eq!(id(record.as_bytes()), Some(&b"7"[..]), "{depth}");
        }
    }

    #[test]
    fn members_other_than_the_id_may_change() {
        assert_eq!(digest(br#"{"seen":1,"id":"a"}"#), digest(br#"{"id":"a","seen":2}"#));
        assert_ne!(digest(br#"{"id":"a"}"#), digest(br#"{"id":"b"}"#));
        assert_ne!(digest(br#"{"seen":1}"#), digest(br#"{"seen":2}"#));
    }
}
