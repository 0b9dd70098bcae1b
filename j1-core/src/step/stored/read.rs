//! Reads lists.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use super::{DIGITS, LIST, PRIVATE, TEXT};

type Name = &'static str;

/// The fields of a list that have not been read.
pub(super) struct Fields<'de> {
    rest: &'de str,
}

/// The value of a field.
pub(super) enum Held<'de> {
    Text(&'de str),
    Json(&'de str),
}

/// The fields of a list; `None` if it is JSON.
pub(super) fn fields(stored: &str) -> Option<Fields<'_>> {
    let mark = char::from(LIST);
    stored.strip_prefix(mark)?.strip_suffix(mark).map(|rest| Fields { rest })
}

impl<'de> Fields<'de> {
    pub fn rest(&self) -> &'de str {
        self.rest
    }

    pub fn next(&mut self) -> Option<(&'de str, Held<'de>)> {
        let mut rest = self.rest;
        let name = head(&mut rest)?;
        let name = part(&mut rest, name)?;
        let head = head(&mut rest)?;
        let value = part(&mut rest, head >> 1)?;
        self.rest = rest;
        Some((name, if head & TEXT == 0 { Held::Json(value) } else { Held::Text(value) }))
    }
}

#[inline]
fn head(rest: &mut &str) -> Option<usize> {
    match *rest.as_bytes().first()? {
        head if head < DIGITS => {
            *rest = rest.get(1..)?;
            Some(usize::from(head))
        }
        _ => longer_head(rest),
    }
}

fn longer_head(rest: &mut &str) -> Option<usize> {
    let (mut head, mut shift) = (0, 0);
    for (at, byte) in rest.bytes().enumerate() {
        head |= usize::from(byte % DIGITS).checked_shl(shift)?;
        if byte < DIGITS {
            *rest = rest.get(at + 1..)?;
            return Some(head);
        }
        shift += DIGITS.ilog2();
    }
    None
}

#[inline]
fn part<'de>(rest: &mut &'de str, length: usize) -> Option<&'de str> {
    let (part, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

impl<'de> Deserializer<'de> for Fields<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut map = Map { fields: self, value: None };
        let read = visitor.visit_map(&mut map)?;
        let is_read = map.fields.rest.is_empty() && map.value.is_none();
        if is_read { Ok(read) } else { Err(Error::custom("fields are left")) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: Name, visitor: V) -> Result<V::Value, Error> {
        if name.starts_with(PRIVATE) { Err(Error::custom(name)) } else { visitor.visit_newtype_struct(self) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// A list as a map.
struct Map<'de> {
    fields: Fields<'de>,
    /// The value of the name that was read last.
    value: Option<Held<'de>>,
}

impl<'de> MapAccess<'de> for &mut Map<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.value.take() {
            Some(Held::Text(text)) => seed.deserialize(Text(text)),
            Some(Held::Json(json)) => seed.deserialize(&mut serde_json::Deserializer::from_str(json)),
            None => Err(Error::custom("a value without a name")),
        }
    }
}

/// A text, as `serde_json` gives one.
struct Text<'de>(&'de str);

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: Name, visitor: V) -> Result<V::Value, Error> {
        if name.starts_with(PRIVATE) { Err(Error::custom(name)) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: Name,
        _: &'static [Name],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
