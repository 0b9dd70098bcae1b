//! Reads a record whose members were found before.
//!
//! The members are handed out one after another, texts as they stand. Every other value is read by `serde_json`. Errors say the same
//! as its own, with the place in the record.

use std::fmt;

use serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Result};

use super::places::{self, RecordPlaces};

/// The name by which a `WithRaw` asks [`RecordText`] for the text of its record.
#[doc(hidden)]
pub const WITH_RAW: &str = "$j1::WithRaw";

/// The text of one record. A [`WithRaw`](crate::graph::WithRaw) takes it as it is, with the places of its members; a struct or a map
/// is read from these, and everything else by `serde_json`.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct RecordText<'a> {
    text: &'a str,
    places: RecordPlaces<'a>,
}

impl<'a> RecordText<'a> {
    /// Takes a record, and the places of its members, if they are known.
    #[must_use]
    pub const fn new(text: &'a str, places: RecordPlaces<'a>) -> Self {
        Self { text, places }
    }

    /// Hands out the members of an object.
    fn members<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        if !self.text.trim_ascii_start().starts_with('{') {
            // An array may stand for a struct; for everything else this is the error.
            return whole(self.text, |reader| reader.deserialize_seq(visitor));
        }
        if !self.places.is_empty() {
            return self.read(self.places, visitor);
        }
        match places::find(self.text) {
            Some(found) => self.read(found.get(), visitor),
            None => Err(match serde_json::from_str::<IgnoredAny>(self.text) {
                Err(error) => error,
                Ok(_) => Error::custom("the record is too long"),
            }),
        }
    }

    fn read<V: Visitor<'a>>(self, places: RecordPlaces<'_>, visitor: V) -> Result<V::Value> {
        let mut members = Members { text: self.text, places, value: None };
        let read = visitor.visit_map(&mut members);
        let end = self.text.trim_ascii_end().len();
        match read {
            Ok(_) if !members.places.is_empty() => Err(at(self.text, end, &"trailing characters")),
            // Nothing that stands in one place, such as a member that is missing.
            Err(error) if error.line() == 0 => Err(at(self.text, end, &error)),
            read => read,
        }
    }
}

/// Reads all of a text by `serde_json`.
fn whole<'t, T>(
    text: &'t str,
    read: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::StrRead<'t>>) -> Result<T>,
) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// An error of what ends at a place of a text.
#[cold]
fn at(text: &str, end: usize, error: &dyn fmt::Display) -> Error {
    let mut lines = text.as_bytes()[..end].split(|byte| *byte == b'\n');
    let (line, column) = (lines.clone().count(), lines.next_back().map_or(0, <[u8]>::len));
    // `serde_json` reads the place from this text.
    Error::custom(format_args!("{error} at line {line} column {column}"))
}

/// The error of a value, which says where it is in the value, with the place in the record.
#[cold]
fn of_value(text: &str, value: std::ops::Range<usize>, error: &Error) -> Error {
    let (line, column) = (error.line(), error.column());
    if line == 0 {
        return at(text, value.end, error);
    }
    let message = error.to_string();
    let place = format!(" at line {line} column {column}");
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let start: usize = text[value.clone()].split_inclusive('\n').take(line - 1).map(str::len).sum();
    at(text, (value.start + start + column).min(value.end), &message)
}

/// Reads the text by the method of the same name of `serde_json`'s reader.
macro_rules! as_json {
    ($($method:ident($($name:ident: $ty:ty),*);)*) => { $(
        fn $method<V: Visitor<'de>>(self, $($name: $ty,)* visitor: V) -> Result<V::Value> {
            whole(self.text, |reader| reader.$method($($name,)* visitor))
        }
    )* };
}

/// As [`as_json!`], for the methods of values that are neither texts nor objects.
macro_rules! scalars_and_lists_as_json {
    () => {
        as_json! {
            deserialize_i8();
            deserialize_i16();
            deserialize_i32();
            deserialize_i64();
            deserialize_i128();
            deserialize_u8();
            deserialize_u16();
            deserialize_u32();
            deserialize_u64();
            deserialize_u128();
            deserialize_f32();
            deserialize_f64();
            deserialize_char();
            deserialize_bytes();
            deserialize_byte_buf();
            deserialize_unit();
            deserialize_unit_struct(name: &'static str);
            deserialize_seq();
            deserialize_tuple(length: usize);
            deserialize_tuple_struct(name: &'static str, length: usize);
            deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        }
    };
}

impl<'de> Deserializer<'de> for RecordText<'de> {
    type Error = Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == WITH_RAW {
            return visitor.visit_seq(TextAndPlaces { text: Some(self.text), places: Some(self.places) });
        }
        if name.starts_with('$') {
            return whole(self.text, |reader| reader.deserialize_newtype_struct(name, visitor));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.members(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.members(visitor)
    }

    scalars_and_lists_as_json! {}

    as_json! {
        deserialize_any();
        deserialize_bool();
        deserialize_str();
        deserialize_string();
        deserialize_option();
        deserialize_identifier();
        deserialize_ignored_any();
    }
}

/// The parts of a [`WithRaw`](crate::graph::WithRaw): the text of the record, and the places of its members as bytes.
struct TextAndPlaces<'a> {
    text: Option<&'a str>,
    places: Option<RecordPlaces<'a>>,
}

impl<'de> SeqAccess<'de> for TextAndPlaces<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if let Some(text) = self.text.take() {
            return seed.deserialize(BorrowedStrDeserializer::new(text)).map(Some);
        }
        let places = self.places.take().map(RecordPlaces::as_bytes);
        places.map(|places| seed.deserialize(BorrowedBytesDeserializer::new(places))).transpose()
    }
}

/// The members of a record, one after another.
struct Members<'t, 'p> {
    text: &'t str,
    places: RecordPlaces<'p>,
    /// The value of the member whose name was read last.
    value: Option<Member<'t>>,
}

/// The value of a member.
struct Member<'t> {
    text: &'t str,
    at: std::ops::Range<usize>,
    /// `true` if no escape is in it, where it is a string.
    plain: bool,
}

impl<'de> MapAccess<'de> for &mut Members<'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.places.is_empty() {
            return Ok(None);
        }
        let found = self.places.next(self.text).ok_or_else(|| Error::custom("the record is another one"))?;
        self.value = Some(Member { text: found.value, at: found.at.clone(), plain: found.value_plain });
        let name = match found.plain_name() {
            Some(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            None => whole(found.quoted(), |reader| seed.deserialize(reader)),
        };
        name.map(Some).map_err(|error| of_value(self.text, 0..found.at.start, &error))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let value = self.value.take().ok_or_else(|| Error::custom("a value before its name"))?;
        let at = value.at.clone();
        seed.deserialize(value).map_err(|error| of_value(self.text, at, &error))
    }

    fn size_hint(&self) -> Option<usize> {
        None
    }
}

impl<'t> Member<'t> {
    /// The text that a string without escapes stands for.
    #[inline]
    fn plain(&self) -> Option<&'t str> {
        if self.plain { self.text.strip_prefix('"')?.strip_suffix('"') } else { None }
    }
}

/// As [`as_json!`], for what may be a string without escapes.
macro_rules! as_text {
    ($($method:ident)*) => { $(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.plain() {
                Some(text) => visitor.visit_borrowed_str(text),
                None => whole(self.text, |reader| reader.$method(visitor)),
            }
        }
    )* };
}

impl<'de> Deserializer<'de> for Member<'de> {
    type Error = Error;

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.text == "null" { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.text {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            text => whole(text, |reader| reader.deserialize_bool(visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        // Those that begin so ask for more than a value, such as its text.
        if name.starts_with('$') {
            return whole(self.text, |reader| reader.deserialize_newtype_struct(name, visitor));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    as_text! { deserialize_any deserialize_str deserialize_string deserialize_identifier }

    scalars_and_lists_as_json! {}

    as_json! {
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
    }
}
