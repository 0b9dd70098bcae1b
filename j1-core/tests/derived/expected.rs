//! Expected objects as JSON, written by hand and without the derive.

use serde_json::{Map, Value, json};

/// An object as it should be sent, were there nothing wrong with it.
pub struct Expected(Map<String, Value>);

impl Expected {
    pub fn new(ty: &str, class: &str, key: &str) -> Self {
        Self(Map::new()).raw("_key", key).raw("_type", ty).raw("_class", class)
    }

    /// A direct relationship.
    pub fn edge(ty: &str, class: &str, from: &str, to: &str) -> Self {
        Self::new(ty, class, &format!("{from}|{}|{to}", class.to_lowercase()))
            .raw("_fromEntityKey", from)
            .raw("_toEntityKey", to)
    }

    /// The verb as the name of an edge, which those of custom types go without.
    pub fn named(self, class: &str) -> Self {
        self.raw("displayName", class)
    }

    /// A property that is left out when there is nothing to say.
    pub fn put(self, name: &str, value: impl Into<Value>) -> Self {
        match value.into() {
            Value::Null => self,
            Value::String(text) if text.is_empty() => self,
            value => self.raw(name, value),
        }
    }

    /// A property that is `null` when there is nothing to say.
    pub fn or_null(self, name: &str, value: impl Into<Value>) -> Self {
        match value.into() {
            Value::String(text) if text.is_empty() => self.raw(name, Value::Null),
            value => self.raw(name, value),
        }
    }

    /// A list of one, or `null`.
    pub fn list_or_null(self, name: &str, text: &str) -> Self {
        self.raw(name, if text.is_empty() { Value::Null } else { json!([text]) })
    }

    /// As read back from its text: reading a number may change the last of its digits.
    pub fn build(self) -> Value {
        let text = Value::Object(self.0).to_string();
        serde_json::from_str(&text).expect("JSON")
    }

    fn raw(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

/// Cuts a text to the limit, with `…` at its end.
pub fn cut(text: &str) -> String {
    const MOST: usize = 4096;
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.len() <= MOST {
        return text.to_owned();
    }
    let kept = &units[..MOST - 1];
    // Half of a surrogate pair is not a character.
    let kept = if (0xD800..0xDC00).contains(&kept[MOST - 2]) { &kept[..MOST - 2] } else { kept };
    String::from_utf16(kept).expect("whole characters") + "…"
}

/// The moment that is sent from a field that may be empty: none for the zero values of providers.
pub fn sent_moment(ms: i64) -> Option<i64> {
    const YEAR_ONE: i64 = -62_135_596_800_000;
    (ms != 0 && ms != YEAR_ONE).then_some(ms)
}
