//! Copies the allowed parts of a JSON text, byte for byte, in one pass.
//!
//! The text was read as JSON before: it is valid. What is not copied is passed over without being taken apart.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};

use super::whole;
use crate::config::is_credential_name;
use crate::graph::bytes::quote_or_backslash;
use crate::graph::json::{DEEPEST, RecordPlaces};
use crate::graph::write_json_string;

/// The paths of what is allowed below a value.
pub(super) type Paths<'p> = [&'p [&'static str]];

/// The members of a record that are allowed.
#[derive(Clone, Copy)]
pub(super) struct Allowed<'p> {
    pub paths: &'p Paths<'p>,
    /// `true` if no path begins with the name of a credential.
    pub are_plain: bool,
}

/// Writes what these paths lead to; whether there was anything. The places are those of the members, if they are known.
pub(super) fn some(json: &str, places: RecordPlaces<'_>, allowed: Allowed<'_>, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    if whole::members(json, places, allowed, out).is_some() {
        return true;
    }
    out.truncate(start);
    Reader { json, at: 0 }.value(Some(allowed.paths), 0, out)
}

/// Writes all but credentials; whether there was anything.
pub(super) fn all(fields: &Map<String, Value>, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let some = members(fields, 0, out);
    if !some {
        out.truncate(start);
    }
    some
}

/// A place in a JSON text.
pub(super) struct Reader<'j> {
    json: &'j str,
    at: usize,
}

impl<'j> Reader<'j> {
    /// Writes what is allowed of the value here, or nothing; goes on behind it.
    fn value(&mut self, paths: Option<&Paths<'_>>, depth: usize, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let some = match (self.peek(), paths) {
            (Some(b'{' | b'['), _) if depth > DEEPEST => {
                self.pass();
                false
            }
            (Some(b'{'), _) => self.members(paths, depth, out),
            (Some(b'['), _) => self.elements(paths, depth, out),
            // The path leads further than the value.
            (_, Some(_)) => {
                self.pass();
                false
            }
            (_, None) => {
                out.extend_from_slice(self.pass().as_bytes());
                depth <= DEEPEST
            }
        };
        if !some {
            out.truncate(start);
        }
        some
    }

    fn members(&mut self, paths: Option<&Paths<'_>>, depth: usize, out: &mut Vec<u8>) -> bool {
        let mut written = false;
        // Where the next name is looked for first: records list their members in the order of the struct, mostly.
        let mut likely = 0;
        // Members that are copied as they stand, those beside each other at once.
        let mut run = 0..0;
        out.push(b'{');
        self.at += 1;
        while self.peek() == Some(b'"') {
            let start = self.at;
            let (end, escaped) = string_end(self.json.as_bytes(), start);
            self.at = end;
            let name = &self.json[start..end];
            let plain = plain(name, escaped);
            let value = end + 1;
            self.expect(b':');
            match allowed(paths, &plain, &mut likely).filter(|_| !is_credential_name(&plain)) {
                None => {
                    self.pass();
                }
                Some(below) => {
                    let is_plain = matches!(plain, Cow::Borrowed(_)) && self.at == value;
                    let end = if is_plain && below.is_none() {
                        whole::value(self.json, self.at, depth + 1)
                    } else {
                        None
                    };
                    if let Some(end) = end {
                        if run.is_empty() || run.end + 1 != start {
                            self.copy(&mut run, out);
                            if written {
                                out.push(b',');
                            }
                            run.start = start;
                        }
                        run.end = end;
                        (self.at, written) = (end, true);
                    } else {
                        self.copy(&mut run, out);
                        let start = out.len();
                        if written {
                            out.push(b',');
                        }
                        match plain {
                            Cow::Borrowed(_) => out.extend_from_slice(name.as_bytes()),
                            Cow::Owned(plain) => write_json_string(out, &plain),
                        }
                        out.push(b':');
                        if self.value(below.as_deref(), depth + 1, out) {
                            written = true;
                        } else {
                            out.truncate(start);
                        }
                    }
                }
            }
            self.expect(b',');
        }
        self.copy(&mut run, out);
        self.expect(b'}');
        out.push(b'}');
        // An object that holds nothing says nothing where only parts of it are allowed.
        written || paths.is_none() && depth > 0
    }

    /// Copies a part of the text, and empties it.
    fn copy(&self, run: &mut Range<usize>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.json.as_bytes()[run.clone()]);
        run.start = run.end;
    }

    fn elements(&mut self, paths: Option<&Paths<'_>>, depth: usize, out: &mut Vec<u8>) -> bool {
        let mut written = false;
        out.push(b'[');
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b']') {
            let start = out.len();
            if written {
                out.push(b',');
            }
            if self.value(paths, depth + 1, out) {
                written = true;
            } else {
                out.truncate(start);
            }
            self.expect(b',');
        }
        self.expect(b']');
        out.push(b']');
        written || paths.is_none() && depth > 0
    }

    /// The byte that the next value begins with, or that stands before or behind it.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.json.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.json.as_bytes().get(self.at).copied()
    }

    /// Goes on behind this byte, if it is the next one.
    fn expect(&mut self, byte: u8) {
        if self.peek() == Some(byte) {
            self.at += 1;
        }
    }

    /// Goes on behind the value here, and returns it as it is written.
    pub(super) fn pass(&mut self) -> &'j str {
        let first = self.peek();
        let (start, bytes) = (self.at, self.json.as_bytes());
        match first {
            Some(b'"') => self.at = string_end(bytes, start).0,
            Some(b'{' | b'[') => {
                let mut depth = 0_usize;
                while let Some(byte) = bytes.get(self.at) {
                    match byte {
                        b'"' => {
                            self.at = string_end(bytes, self.at).0;
                            continue;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => {
                let rest = &bytes[start..];
                self.at += rest.iter().position(|byte| ends_scalar(*byte)).unwrap_or(rest.len());
            }
        }
        &self.json[start..self.at]
    }
}

/// Returns `true` for what follows a number or a word.
pub(super) const fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace()
}

/// The place behind the string that begins at `start`, and `true` if there is an escape in it.
pub(super) fn string_end(bytes: &[u8], start: usize) -> (usize, bool) {
    let (mut at, mut escaped) = (start + 1, false);
    loop {
        match quote_or_backslash(bytes, at) {
            Some(quote) if bytes[quote] == b'"' => return (quote + 1, escaped),
            Some(backslash) => (at, escaped) = (backslash + 2, true),
            None => return (bytes.len(), escaped),
        }
    }
}

/// A name of a member, as it is written, without its quotes and escapes.
fn plain(name: &str, escaped: bool) -> Cow<'_, str> {
    if escaped {
        // This text was valid JSON before, so parsing it again does not fail.
        return Cow::Owned(serde_json::from_str(name).unwrap_or_default());
    }
    Cow::Borrowed(name.get(1..name.len() - 1).unwrap_or_default())
}

/// Returns `true` if all of a member is allowed, and its path is where it is looked for first, as most are.
#[inline]
pub(super) fn is_next(paths: &Paths<'_>, name: &str, likely: &mut usize) -> bool {
    let is_next = matches!(paths.get(*likely), Some([only]) if *only == name);
    *likely += usize::from(is_next);
    is_next
}

/// The rests of the paths that lead through a member: `Some(None)` if all of it is allowed, `None` if nothing is. `likely` is
/// the place where the path to the next member is looked for first.
#[expect(clippy::option_option, reason = "nothing, everything, or parts")]
pub(super) fn allowed<'p>(
    paths: Option<&Paths<'p>>,
    name: &str,
    likely: &mut usize,
) -> Option<Option<Vec<&'p [&'static str]>>> {
    let Some(paths) = paths else { return Some(None) };
    if is_next(paths, name, likely) {
        return Some(None);
    }
    let mut below = Vec::new();
    let places = (*likely..paths.len()).chain(0..(*likely).min(paths.len()));
    for place in places {
        match paths[place].split_first().filter(|(first, _)| **first == name) {
            // One path ends here.
            Some((_, [])) => {
                *likely = place + 1;
                return Some(None);
            }
            Some((_, rest)) => below.push(rest),
            None => {}
        }
    }
    (!below.is_empty()).then_some(Some(below))
}

fn members(fields: &Map<String, Value>, depth: usize, out: &mut Vec<u8>) -> bool {
    let mut written = false;
    out.push(b'{');
    for (name, member) in fields.iter().filter(|(name, _)| !is_credential_name(name)) {
        let start = out.len();
        if written {
            out.push(b',');
        }
        write_json_string(out, name);
        out.push(b':');
        if value(member, depth + 1, out) {
            written = true;
        } else {
            out.truncate(start);
        }
    }
    out.push(b'}');
    written || depth > 0
}

/// Writes a value without credentials; `false`, and nothing, where it is too deep.
fn value(value: &Value, depth: usize, out: &mut Vec<u8>) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match value {
        Value::Object(fields) => return members(fields, depth, out),
        Value::Array(list) => {
            let mut written = false;
            out.push(b'[');
            for element in list {
                let start = out.len();
                if written {
                    out.push(b',');
                }
                if self::value(element, depth + 1, out) {
                    written = true;
                } else {
                    out.truncate(start);
                }
            }
            out.push(b']');
        }
        Value::String(text) => write_json_string(out, text),
        // A value always has a JSON form, and writing to a `Vec` does not fail.
        other => drop(serde_json::to_writer(out, other)),
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allowed(json: &str, paths: &[&'static [&'static str]]) -> Option<String> {
        let copied = |places| {
            let mut out = b"before".to_vec();
            let are_plain = !paths.iter().any(|path| is_credential_name(path[0]));
            let some = some(json, places, Allowed { paths, are_plain }, &mut out);
            let text = String::from_utf8(out).expect("text");
            let written = text.strip_prefix("before").expect("what was there").to_owned();
            assert_eq!(some, !written.is_empty());
            some.then_some(written)
        };
        let copy = copied(RecordPlaces::default());
        if let Some(found) = crate::graph::json::find(json) {
            assert_eq!(copied(found.get()), copy, "the same where the members are known");
        }
        copy
    }

    fn left(json: &str) -> Option<String> {
        let mut out = Vec::new();
        let fields = serde_json::from_str(json).expect("an object");
        all(&fields, &mut out).then(|| String::from_utf8(out).expect("text"))
    }

    #[test]
    fn allowed_members_alone_are_copied_byte_for_byte() {
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
    fn a_record_without_white_space_gives_what_one_with_it_gives() {
        let paths: [&[&'static [&'static str]]; 3] =
            [&[&["a"], &["b"], &["d"]], &[&["b"], &["c"], &["d", "x"]], &[&["d"], &["e"], &["f"]]];
        for compact in [
            r#"{"a":1,"b":"x","c":[],"d":{"x":[1,{"y":"z"}],"":null},"e":true,"f":"g"}"#,
            r#"{"a":{"pin":1,"b":[]},"b":{"c":{"apiKey":"k"}},"d":{"x":{"password":"p"}},"f":-1.5e3}"#,
            r#"{"a":"\\","b":"\"},","c":"\"","d":[[],{},"x",[{"pi\u006e":1,"y\n":2}]],"e":{"a:":":"}}"#,
            r#"{"g":1,"b":null,"h":2,"d":false}"#,
            "{}",
        ] {
            for paths in paths {
                let pretty = serde_json::from_str::<Value>(compact).expect("JSON");
                let pretty = serde_json::to_string_pretty(&pretty).expect("JSON");
                let read = |json: Option<String>| {
                    json.map(|json| serde_json::from_str::<Value>(&json).expect("JSON"))
                };
                assert_eq!(read(allowed(compact, paths)), read(allowed(&pretty, paths)), "{compact}");
            }
        }
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
        let clean = r#"{"auth":{"list":[{"x":{}}]},"empty":[],"id":1}"#;
        assert_eq!(left(json).as_deref(), Some(clean));
        assert_eq!(allowed(json, &[&["auth"]]), Some(r#"{"auth":{"list":[{"x":{}}]}}"#.to_owned()));
        assert_eq!(allowed(json, &[&["refreshToken", "a"]]), None);
        assert_eq!(left("{}"), None);
        assert_eq!(left("{\"password\":\"p\"}"), None);
    }

    #[test]
    fn members_nested_too_deeply_are_left_out() {
        let deep = format!("{{\"id\":1,\"deep\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let shallow = allowed(&deep, &[&["id"], &["deep"]]).expect("the id");
        assert!(shallow.starts_with("{\"id\":1"), "{shallow}");
        assert!(shallow.len() < 1000, "{}", shallow.len());
        let deep = format!("{{\"id\":1,\"deep\":{}1{}}}", "[".repeat(100), "]".repeat(100));
        let shallow = left(&deep).expect("the id");
        assert_eq!(shallow.matches('[').count(), DEEPEST, "{shallow}");
    }

    #[test]
    fn levels_are_copied_whether_or_not_the_members_are_known() {
        for levels in DEEPEST - 3..DEEPEST + 3 {
            for [open, close] in [["[", "]"], ["{\"a\":", "}"]] {
                for innermost in ["1", "[]", "{}"] {
                    let deep = format!("{}{innermost}{}", open.repeat(levels), close.repeat(levels));
                    let json = format!("{{\"id\":1,\"deep\":{deep}}}");
                    let copied = allowed(&json, &[&["id"], &["deep"]]).expect("the id");
                    assert!(copied.starts_with("{\"id\":1"), "{copied}");
                }
            }
        }
    }

    fn document() -> impl Strategy<Value = String> {
        let blank = || prop_oneof![6 => Just(""), 1 => Just(" \n")];
        let name = || {
            prop::sample::select(&["a", "b", "pin", "apiKey", "nextPageToken", "p\\u0069n", "ends\\n"][..])
        };
        let leaf = prop::sample::select(&["1", "null", "\"x\"", "\"\\\"},\"", "[]", "{ }"][..]);
        leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, move |inner| {
            let item = (blank(), inner.clone(), blank())
                .prop_map(|(before, item, after)| format!("{before}{item}{after}"));
            let member = (blank(), name(), blank(), blank(), inner, blank()).prop_map(
                |(before, name, colon, behind, value, after)| {
                    format!("{before}\"{name}\"{colon}:{behind}{value}{after}")
                },
            );
            prop_oneof![
                prop::collection::vec(item, 1..3).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec(member, 1..3).prop_map(|members| format!("{{{}}}", members.join(","))),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_copy_does_not_depend_on_whether_the_members_are_known(a in document(), b in document()) {
            // `allowed` compares both.
            let _ = allowed(&format!("{{\"a\":{a},\"b\":{b},\"id\":1}}"), &[&["a"], &["b"], &["id"]]);
        }
    }

    #[test]
    fn text_that_looks_like_structure_is_passed_over() {
        let json = r#"{"a":"}]\\","b":["{\"","]"],"c":{"d":"\\\""} , "e" : [ 1 , { "f" : "," } ]}"#;
        assert_eq!(allowed(json, &[&["a"], &["e", "f"]]), Some(r#"{"a":"}]\\","e":[{"f":","}]}"#.to_owned()));
        assert_eq!(
            allowed(json, &[&["c"], &["e"]]),
            Some(r#"{"c":{"d":"\\\""},"e":[1,{"f":","}]}"#.to_owned())
        );
        assert_eq!(
            allowed(r#"{"\u0061":1,"p\u0069n":2}"#, &[&["a"], &["pin"]]),
            Some(r#"{"a":1}"#.to_owned())
        );
    }
}
