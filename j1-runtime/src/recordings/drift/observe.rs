//! Reads a response and notes its shape, without keeping any of it.

use std::fmt;

use j1_core::validate::without_byte_order_mark;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::recordings::drift::shape::{Shape, Type};

/// The depth down to which a response is looked at.
const DEEPEST: usize = 32;
/// Texts beyond the known ones that are kept for each place.
const MOST_VALUES: usize = 20;
/// A longer text is not a word of an enumeration.
const LONGEST_VALUE: usize = 100;

/// Notes the shape of a response. One that is not JSON has none.
pub(super) fn observe(body: &[u8], seen: &mut Shape, known: Option<&Shape>) {
    let mut json = serde_json::Deserializer::from_slice(without_byte_order_mark(body));
    // The step that reads the response reports what is wrong with it.
    let _ = Look { seen, known, depth: 0 }.deserialize(&mut json);
}

struct Look<'s, 'k> {
    seen: &'s mut Shape,
    known: Option<&'k Shape>,
    depth: usize,
}

impl Look<'_, '_> {
    fn is(self, ty: Type) {
        *self.seen.types.entry(ty).or_default() += 1;
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > DEEPEST {
            return deserializer.deserialize_ignored_any(serde::de::IgnoredAny).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.is(Type::Null);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.is(Type::Boolean);
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.is(Type::Integer);
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.is(Type::Integer);
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.is(Type::Number);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if let Some(known) = self.known.and_then(|known| known.values.as_ref())
            && !known.contains_key(text)
            && text.len() <= LONGEST_VALUE
        {
            let values = self.seen.values.get_or_insert_default();
            if values.len() < MOST_VALUES || values.contains_key(text) {
                *values.entry(text.to_owned()).or_default() += 1;
            }
        }
        self.is(Type::String);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        *self.seen.types.entry(Type::Array).or_default() += 1;
        let known = self.known.and_then(|known| known.any.as_deref());
        loop {
            // An array that is always empty has no shape of its elements.
            let mut element = self.seen.any.take().unwrap_or_default();
            let look = Look { seen: &mut element, known, depth: self.depth + 1 };
            let next = elements.next_element_seed(look);
            if !element.types.is_empty() {
                self.seen.any = Some(element);
            }
            if next?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        *self.seen.types.entry(Type::Object).or_default() += 1;
        while let Some(name) = members.next_key::<std::borrow::Cow<'_, str>>()? {
            let known = self.known.and_then(|known| known.known_member(&name));
            let seen = self.seen.member(&name);
            members.next_value_seed(Look { seen, known, depth: self.depth + 1 })?;
        }
        Ok(())
    }
}
