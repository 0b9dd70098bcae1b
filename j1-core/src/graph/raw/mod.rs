//! Raw data: the provider's own JSON of a record, beside the properties that were made of it.
//!
//! Nothing of it is sent unless the struct says so: `#[j1(raw_data(allow = [id, address.city]))]` names the members to send,
//! `#[j1(raw_data(redact = Self::public))]` a function that takes out what does not. The JSON of the record comes with the row
//! of the list, a [`WithRaw`].

mod filter;
mod whole;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde_json::value::RawValue;

use crate::error::Result;
use crate::graph::{Emitter, Entity, Key, Object, ObjectMeta, Type};

/// The members of a record, for the function that `raw_data(redact = ..)` names.
pub type RawFields = serde_json::Map<String, serde_json::Value>;

/// The part of a record's JSON that is sent.
#[derive(Clone, Copy, Debug)]
pub enum RawSpec {
    /// These members and no other, each as the names that lead to it; a list on the way stands for all of its items.
    Allow(&'static [&'static [&'static str]]),
    /// Everything that this function leaves.
    Redact(fn(&mut RawFields)),
}

/// An entity that declares its raw data; made by `#[j1(raw_data(..))]`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0221] `{Self}` does not declare its raw data",
    label = "nothing is said of its raw data",
    note = "write it on the struct: `#[j1(raw_data(allow = [id, address.city]))]`, or take it out of `WithRaw<..>`"
)]
pub trait RawData: Entity + Sized + 'static {}

/// A record with the provider's own JSON, of which JupiterOne gets the part that the entity allows.
///
/// It is what the rows of a list, or an answer, are read as: `pages::<WithRaw<User>>(..)`. Adding it adds the entity; added
/// without it, the entity has no raw data.
///
/// ```
/// use j1_core::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize, J1Entity)]
/// #[j1(type = "acme_user", class = User, key = id, name = email, display_name = email)]
/// #[j1(raw_data(allow = [id, department, address.city]))]
/// pub struct User {
///     pub id: String,
///     #[j1(list)]
///     pub email: String,
/// }
///
/// let row = r#"{"id": "1", "email": "ada@example.com", "department": "R&D", "address": {"city": "London"}}"#;
/// let user: WithRaw<User> = serde_json::from_str(row)?;
/// assert_eq!(user.email, "ada@example.com");
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct WithRaw<T: RawData> {
    record: T,
    /// Its text, from which it was read.
    json: Box<str>,
}

impl<T: RawData> WithRaw<T> {
    /// The record; its JSON is let go.
    pub fn into_inner(self) -> T {
        self.record
    }
}

impl<T: RawData> Deref for WithRaw<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}

/// Shows the record alone: the rest of the JSON may be personal.
impl<T: RawData + fmt::Debug> fmt::Debug for WithRaw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}

/// The name by which a `WithRaw` asks [`RecordText`] for the text of its record.
#[doc(hidden)]
pub const WITH_RAW: &str = "$j1::WithRaw";

impl<'de, T: RawData + DeserializeOwned> serde::Deserialize<'de> for WithRaw<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(WITH_RAW, Text(PhantomData))
    }
}

/// Takes the text of a record.
struct Text<T>(PhantomData<T>);

impl<T: RawData + DeserializeOwned> Text<T> {
    fn read(json: Box<str>) -> serde_json::Result<WithRaw<T>> {
        // This also proves that the text is one JSON value.
        Ok(WithRaw { record: serde_json::from_str(&json)?, json })
    }
}

impl<'de, T: RawData + DeserializeOwned> Visitor<'de> for Text<T> {
    type Value = WithRaw<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the JSON of a record")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<WithRaw<T>, D::Error> {
        let json = <Box<RawValue> as serde::Deserialize>::deserialize(deserializer)?;
        Self::read(json.into()).map_err(D::Error::custom)
    }

    /// Reads the record alone, for those who ask which members it reads.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<WithRaw<T>, D::Error> {
        Ok(WithRaw { record: T::deserialize(deserializer)?, json: Box::default() })
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, json: &'de str) -> Result<WithRaw<T>, E> {
        Self::read(json.into()).map_err(E::custom)
    }
}

/// The text of one record. A [`WithRaw`] takes it as it is; everything else is read from it as by `serde_json`.
#[doc(hidden)]
pub struct RecordText<'a>(pub &'a str);

/// Reads the text by the method of the same name of `serde_json`'s reader.
macro_rules! as_json {
    ($($method:ident($($name:ident: $ty:ty),*);)*) => { $(
        fn $method<V: Visitor<'de>>(self, $($name: $ty,)* visitor: V) -> Result<V::Value, Self::Error> {
            let mut reader = serde_json::Deserializer::from_str(self.0);
            let value = reader.$method($($name,)* visitor)?;
            reader.end()?;
            Ok(value)
        }
    )* };
}

impl<'de> Deserializer<'de> for RecordText<'de> {
    type Error = serde_json::Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if name == WITH_RAW {
            return visitor.visit_borrowed_str(self.0);
        }
        let mut reader = serde_json::Deserializer::from_str(self.0);
        let value = reader.deserialize_newtype_struct(name, visitor)?;
        reader.end()?;
        Ok(value)
    }

    as_json! {
        deserialize_any();
        deserialize_bool();
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
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }
}

impl<T: RawData> Object for WithRaw<T> {
    const TYPE: Type = T::TYPE;
    const NEEDS: &'static [Type] = T::NEEDS;
    const META: ObjectMeta = T::META;
    type Emitted = T;
    type Added = Key<T>;
    type Related = T::Related;

    fn emit(&self, emitter: &mut Emitter) -> Result<Key<T>> {
        emitter.entity_with_raw(&self.record, Some(&self.record), Some(&self.json))
    }
}

impl RawSpec {
    /// Writes the value of `_rawData` after what is in `out`; nothing where nothing is left of the record.
    ///
    /// Members whose names say that they hold a credential are left out, wherever they stand.
    pub(crate) fn write(self, record: &str, out: &mut Vec<u8>) {
        let start = out.len();
        // One entry under the name that the official SDK gives the record an entity was made from.
        out.extend_from_slice(b"[{\"name\":\"default\",\"rawData\":");
        let some = match self {
            Self::Allow(paths) => filter::some(record, paths, out),
            Self::Redact(redact) => redacted(record, redact).is_some_and(|left| filter::all(&left, out)),
        };
        if some {
            out.extend_from_slice(b"}]");
        } else {
            out.truncate(start);
        }
    }
}

/// Returns what the function leaves of a record; `None` if the record is not an object.
fn redacted(record: &str, redact: fn(&mut RawFields)) -> Option<RawFields> {
    let mut fields: RawFields = serde_json::from_str(record).ok()?;
    redact(&mut fields);
    Some(fields)
}
