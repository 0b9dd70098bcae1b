//! Properties in two spellings at once: as JSON, which is hashed, and as JSONB, which is stored.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::members::Member;
use crate::canonical;
use crate::store::jsonb;

/// Writes an object member by member, which come sorted by name. It is used for one object after the other.
#[derive(Debug, Default)]
pub struct Spelling {
    /// As [`canonical::object`] spells it.
    json: String,
    /// The members, without the header of the object.
    jsonb: Vec<u8>,
}

impl Spelling {
    /// Writes the properties that queries see, everything but the names with a leading underscore.
    pub fn object(&mut self, object: &Map<String, Value>) {
        self.begin();
        canonical::each_member(
            object,
            |name| !name.starts_with('_'),
            |name, value| {
                self.name(name);
                self.value(value);
            },
        );
        self.end();
    }

    /// Begins an object in the place of the one before.
    pub fn begin(&mut self) {
        self.json.clear();
        self.jsonb.clear();
        self.json.push('{');
    }

    /// Ends the object.
    pub fn end(&mut self) {
        self.json.push('}');
    }

    /// The object as JSON.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The object as JSONB.
    pub fn jsonb(&self) -> Vec<u8> {
        jsonb::object(&self.jsonb)
    }

    /// Writes the name of a member, whose value follows.
    pub fn name(&mut self, name: &str) {
        self.comma();
        self.text(name);
        self.json.push(':');
    }

    /// Writes a value of a member.
    pub fn member(&mut self, value: &Member<'_>) {
        match value {
            Member::Null => self.word("null", jsonb::NULL),
            Member::Bool(value) => self.bool(*value),
            Member::Number(number) => self.number(number),
            Member::Text(text) => self.text(text.as_str()),
            Member::List(items) => self.list(items, Self::member),
            Member::Object(value) => self.value(value),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.word("null", jsonb::NULL),
            Value::Bool(value) => self.bool(*value),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.text(text),
            Value::Array(items) => self.list(items, Self::value),
            Value::Object(map) => {
                self.json.push('{');
                let start = self.jsonb.len();
                canonical::each_member(
                    map,
                    |_| true,
                    |name, value| {
                        self.name(name);
                        self.value(value);
                    },
                );
                jsonb::put_header(jsonb::OBJECT, start, &mut self.jsonb);
                self.json.push('}');
            }
        }
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.json.push('[');
        let start = self.jsonb.len();
        for item in items {
            self.comma();
            write(self, item);
        }
        jsonb::put_header(jsonb::ARRAY, start, &mut self.jsonb);
        self.json.push(']');
    }

    /// Separates what follows from what is before it in the same object or list.
    fn comma(&mut self) {
        if !matches!(self.json.as_bytes().last(), Some(b'{' | b'[')) {
            self.json.push(',');
        }
    }

    fn word(&mut self, word: &str, kind: u8) {
        self.json.push_str(word);
        jsonb::write_value(kind, b"", &mut self.jsonb);
    }

    fn bool(&mut self, value: bool) {
        if value { self.word("true", jsonb::TRUE) } else { self.word("false", jsonb::FALSE) }
    }

    fn number(&mut self, number: &Number) {
        let start = self.json.len();
        match number.as_i64() {
            // Writing to a String does not fail.
            Some(whole) => _ = write!(self.json, "{whole}"),
            None => self.json.push_str(&canonical::value(&Value::Number(number.clone()))),
        }
        let text = &self.json[start..];
        let kind = if text.contains(['.', 'e', 'E']) { jsonb::FLOAT } else { jsonb::INTEGER };
        jsonb::write_value(kind, text.as_bytes(), &mut self.jsonb);
    }

    fn text(&mut self, text: &str) {
        if canonical::is_plain(text) {
            self.json.push('"');
            self.json.push_str(text);
            self.json.push('"');
            jsonb::write_value(jsonb::TEXT, text.as_bytes(), &mut self.jsonb);
        } else {
            let quoted = Value::from(text).to_string();
            self.json.push_str(&quoted);
            jsonb::write_value(jsonb::TEXT_JSON, &quoted.as_bytes()[1..quoted.len() - 1], &mut self.jsonb);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::jsonb::tests::document;
    use rusqlite::Connection;

    #[test]
    fn an_object_is_spelled_as_canonical_json_and_as_sqlite_writes_it() {
        let document = document();
        let document = document.as_object().unwrap();
        let mut spelling = Spelling::default();
        for _ in 0..2 {
            spelling.object(document);
            assert_eq!(spelling.json(), canonical::object(document, |_| true));
            let connection = Connection::open_in_memory().unwrap();
            let stored: Vec<u8> =
                connection.query_row("SELECT jsonb(?1)", [spelling.json()], |row| row.get(0)).unwrap();
            assert_eq!(spelling.jsonb(), stored);
        }
    }

    #[test]
    fn names_with_an_underscore_are_left_out() {
        let mut spelling = Spelling::default();
        spelling
            .object(&Map::from_iter([("_a".to_owned(), Value::from(1)), ("c".to_owned(), Value::from(1.5))]));
        assert_eq!(spelling.json(), r#"{"c":1.5}"#);
        assert_eq!(spelling.jsonb(), b"\x6c\x17c\x351.5");
    }
}
