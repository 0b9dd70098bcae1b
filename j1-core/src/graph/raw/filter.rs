//! Copies the allowed parts of a JSON text, byte for byte.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::config::is_credential_name;
use crate::graph::write_json_string;

/// The deepest level that is read, so that no record overflows the stack.
const DEEPEST: usize = 64;

/// The paths of what is allowed below a value.
type Paths<'p> = [&'p [&'static str]];

/// Writes what these paths lead to; whether there was anything.
pub(super) fn some(json: &str, paths: &Paths<'_>, out: &mut Vec<u8>) -> bool {
    value(json, Some(paths), 0, out)
}

/// Writes all but credentials; whether there was anything.
pub(super) fn all(json: &str, out: &mut Vec<u8>) -> bool {
    value(json, None, 0, out)
}

/// Writes what is allowed of a value, or nothing.
fn value(json: &str, paths: Option<&Paths<'_>>, depth: usize, out: &mut Vec<u8>) -> bool {
    if depth > DEEPEST {
        return false;
    }
    let start = out.len();
    let some = match (json.as_bytes().first(), paths) {
        (Some(b'{'), _) => members(json, paths, depth, out),
        (Some(b'['), _) => elements(json, paths, depth, out),
        // The path leads further than the value.
        (_, Some(_)) => false,
        (_, None) => {
            out.extend_from_slice(json.as_bytes());
            true
        }
    };
    if !some {
        out.truncate(start);
    }
    some
}

fn members(json: &str, paths: Option<&Paths<'_>>, depth: usize, out: &mut Vec<u8>) -> bool {
    // What was read once as JSON is read again.
    let Ok(Members(members)) = serde_json::from_str(json) else { return false };
    let mut written = false;
    out.push(b'{');
    for (name, member) in members {
        let below = match paths.map(|paths| below(paths, &name)) {
            Some(None) => continue,
            // One path ends here: all of the member is allowed.
            Some(Some(below)) => (!below.iter().any(|rest| rest.is_empty())).then_some(below),
            None => None,
        };
        if is_credential_name(&name) {
            continue;
        }
        let start = out.len();
        if written {
            out.push(b',');
        }
        write_json_string(out, &name);
        out.push(b':');
        if value(member.get(), below.as_deref(), depth + 1, out) {
            written = true;
        } else {
            out.truncate(start);
        }
    }
    out.push(b'}');
    // An object that holds nothing says nothing where only parts of it are allowed.
    written || paths.is_none() && depth > 0
}

fn elements(json: &str, paths: Option<&Paths<'_>>, depth: usize, out: &mut Vec<u8>) -> bool {
    let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) else { return false };
    let mut written = false;
    out.push(b'[');
    for element in elements {
        let start = out.len();
        if written {
            out.push(b',');
        }
        if value(element.get(), paths, depth + 1, out) {
            written = true;
        } else {
            out.truncate(start);
        }
    }
    out.push(b']');
    written || paths.is_none() && depth > 0
}

/// The rests of the paths that lead through a member; `None` where none does.
fn below<'p>(paths: &Paths<'p>, name: &str) -> Option<Vec<&'p [&'static str]>> {
    let rests = paths.iter().filter_map(|path| path.split_first().filter(|(first, _)| **first == name));
    let rests: Vec<_> = rests.map(|(_, rest)| rest).collect();
    (!rests.is_empty()).then_some(rests)
}

/// The members of an object in their order.
struct Members<'j>(Vec<(String, &'j RawValue)>);

impl<'de: 'j, 'j> Deserialize<'de> for Members<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder).map(Members)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(json: &str, paths: &[&'static [&'static str]]) -> Option<String> {
        let mut out = b"before".to_vec();
        let some = some(json, paths, &mut out);
        let text = String::from_utf8(out).expect("text");
        let written = text.strip_prefix("before").expect("what was there").to_owned();
        assert_eq!(some, !written.is_empty());
        some.then_some(written)
    }

    fn left(json: &str) -> Option<String> {
        let mut out = Vec::new();
        all(json, &mut out).then(|| String::from_utf8(out).expect("text"))
    }

    #[test]
    fn what_is_allowed_is_copied_byte_for_byte_and_nothing_else_is() {
        let json = r#"{ "id" : 12345678901234567890123, "ssn": "1", "name":"\u00e9", "none": null, "a":{"b":1e3,"c":2} }"#;
        assert_eq!(
            allowed(json, &[&["id"], &["name"], &["none"], &["a", "b"], &["absent"], &["id", "deeper"]]),
            Some(r#"{"id":12345678901234567890123,"name":"\u00e9","none":null,"a":{"b":1e3}}"#.to_owned())
        );
        assert_eq!(allowed(json, &[&["a"]]), Some(r#"{"a":{"b":1e3,"c":2}}"#.to_owned()));
        // All of a member is more than a part of it.
        assert_eq!(allowed(json, &[&["a", "b"], &["a"]]), Some(r#"{"a":{"b":1e3,"c":2}}"#.to_owned()));
        assert_eq!(allowed(json, &[&["absent"], &["a", "absent"], &["ssn", "deeper"]]), None);
        assert_eq!(allowed("\"text\"", &[&["id"]]), None);
    }

    #[test]
    fn a_path_leads_through_every_element_of_a_list() {
        let json = r#"{"groups":[{"id":1,"key":"x"},{"key":"y"},"text",[{"id":3}]]}"#;
        assert_eq!(
            allowed(json, &[&["groups", "id"]]),
            Some(r#"{"groups":[{"id":1},[{"id":3}]]}"#.to_owned())
        );
        assert_eq!(allowed("[{\"id\":1}]", &[&["id"]]), Some("[{\"id\":1}]".to_owned()));
    }

    #[test]
    fn a_credential_in_what_is_allowed_is_left_out_wherever_it_stands() {
        let json = r#"{"id":1,"password":"p","auth":{"pin":1234,"list":[{"api-key":"k","x":{}}]},"empty":[],"refreshToken":{"a":1}}"#;
        let clean = r#"{"id":1,"auth":{"list":[{"x":{}}]},"empty":[]}"#;
        assert_eq!(left(json).as_deref(), Some(clean));
        assert_eq!(allowed(json, &[&["auth"]]), Some(r#"{"auth":{"list":[{"x":{}}]}}"#.to_owned()));
        assert_eq!(allowed(json, &[&["refreshToken", "a"]]), None);
        assert_eq!(left("{}"), None);
        assert_eq!(left("{\"password\":\"p\"}"), None);
    }

    #[test]
    fn what_is_deeper_than_anybody_reads_is_left_out() {
        let deep = format!("{{\"id\":1,\"deep\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let shallow = left(&deep).expect("the id");
        assert!(shallow.starts_with("{\"id\":1"), "{shallow}");
        assert!(shallow.len() < 1000, "{}", shallow.len());
    }
}
