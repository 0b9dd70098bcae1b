//! An object of a body as it stands there: its texts are not copied, and its names are sorted.
//!
//! Most objects need no more, and reading them like this costs a third of reading them into a `Map`. [`Members::take_map`]
//! is for all others.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The members of an object.
#[derive(Debug, Default)]
pub struct Members<'b>(Vec<(Text<'b>, Member<'b>)>);

/// The value of a member.
#[derive(Debug)]
pub enum Member<'b> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text<'b>),
    List(Vec<Self>),
    Object(Value),
}

/// A text, borrowed from the body unless it has escapes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<'b>(Cow<'b, str>);

impl<'b> Members<'b> {
    /// Returns the names and values, sorted by name. `None` if a name comes twice.
    pub fn sorted(&mut self) -> Option<&[(Text<'b>, Member<'b>)]> {
        if !self.0.is_sorted_by(|(one, _), (next, _)| one < next) {
            // Stable, since the last of two equal ones counts for `take_map`.
            self.0.sort_by(|(one, _), (other, _)| one.cmp(other));
            if self.0.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return None;
            }
        }
        Some(&self.0)
    }

    /// Takes the members out, as `serde_json` would have read them.
    pub fn take_map(&mut self) -> Map<String, Value> {
        self.0.drain(..).map(|(name, value)| (name.0.into_owned(), value.into_value())).collect()
    }
}

impl Member<'_> {
    fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(text.0.into_owned()),
            Self::List(items) => items.into_iter().map(Self::into_value).collect(),
            Self::Object(value) => value,
        }
    }
}

impl Text<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads one object in the place of the one before.
impl<'de> DeserializeSeed<'de> for &mut Members<'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.clear();
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Members<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(member) = map.next_entry()? {
            self.0.push(member);
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;

        impl<'de> Visitor<'de> for Borrowing {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Borrowing)
    }
}

impl<'de> Deserialize<'de> for Member<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Member<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }

            fn visit_unit<E>(self) -> Result<Member<'de>, E> {
                Ok(Member::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Member<'de>, E> {
                Ok(Member::Bool(value))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Member<'de>, E> {
                Ok(Member::Number(number.into()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Member<'de>, E> {
                Ok(Member::Number(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Member<'de>, E> {
                Ok(Number::from_f64(number).map_or(Member::Null, Member::Number))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Member<'de>, E> {
                Ok(Member::Text(Text(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Member<'de>, E> {
                Ok(Member::Text(Text(Cow::Owned(text.to_owned()))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Member<'de>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Member::List(list))
            }

            // With a feature of serde_json that any crate of a build may switch on, numbers come as maps, too.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Member<'de>, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(map)).map(Member::Object)
            }
        }

        deserializer.deserialize_any(AnyValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_those_that_serde_json_reads() {
        for text in [
            r"{}",
            r#"{"b":1,"a":[null,true,-1,1.5,1e300,18446744073709551615,"x",["y",{}],[]],"c":{"d":{"e":null}}}"#,
            r#"{"b":"\u00e9 \n","\u0061":"plain","b":2,"a":3,"b":{"c":1,"c":2}}"#,
        ] {
            let mut members = Members::default();
            let mut json = serde_json::Deserializer::from_str(text);
            (&mut members).deserialize(&mut json).unwrap();
            let sorted = members.sorted().is_some();
            assert_eq!(sorted, !text.contains(r#""b":2"#));
            assert_eq!(members.take_map(), serde_json::from_str(text).unwrap(), "{text}");
            assert_eq!(members.take_map(), Map::new());
        }
    }

    #[test]
    fn names_are_sorted_however_they_come() {
        let mut members = Members::default();
        let mut json = serde_json::Deserializer::from_str(r#"{"b":1,"_a":2,"a":3}"#);
        (&mut members).deserialize(&mut json).unwrap();
        let names: Vec<_> = members.sorted().unwrap().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["_a", "a", "b"]);
    }
}
