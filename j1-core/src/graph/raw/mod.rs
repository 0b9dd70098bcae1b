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

use serde::de::{DeserializeOwned, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use self::filter::Allowed;
use crate::config::is_credential_name;
use crate::error::Result;
use crate::graph::json::{self, FoundPlaces, RecordPlaces, RecordText, WITH_RAW};
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
    /// The places of its members, as [`RecordPlaces::as_bytes`] writes it.
    places: Box<[u8]>,
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

impl<'de, T: RawData + DeserializeOwned> serde::Deserialize<'de> for WithRaw<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(WITH_RAW, Text(PhantomData))
    }
}

/// Takes the text of a record.
struct Text<T>(PhantomData<T>);

impl<T: RawData + DeserializeOwned> Text<T> {
    /// This also proves that the text is one JSON value.
    fn read(json: &str, known: RecordPlaces<'_>) -> serde_json::Result<WithRaw<T>> {
        let found = known.is_empty().then(|| json::find(json)).flatten();
        let places = found.as_ref().map_or(known, FoundPlaces::get);
        let record = T::deserialize(RecordText::new(json, places))?;
        Ok(WithRaw { record, json: json.into(), places: places.as_bytes().into() })
    }
}

impl<'de, T: RawData + DeserializeOwned> Visitor<'de> for Text<T> {
    type Value = WithRaw<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the JSON of a record")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<WithRaw<T>, D::Error> {
        let json = <Box<RawValue> as serde::Deserialize>::deserialize(deserializer)?;
        Self::read(json.get(), RecordPlaces::default()).map_err(D::Error::custom)
    }

    /// Reads the record alone, for those who ask which members it reads.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<WithRaw<T>, D::Error> {
        Ok(WithRaw { record: T::deserialize(deserializer)?, json: Box::default(), places: Box::default() })
    }

    /// Takes what [`RecordText`] hands over: the text, and the places of its members.
    fn visit_seq<A: SeqAccess<'de>>(self, mut text: A) -> Result<WithRaw<T>, A::Error> {
        let json = text.next_element()?.unwrap_or_default();
        let places = RecordPlaces::from_bytes(text.next_element()?.unwrap_or_default());
        Self::read(json, places).map_err(A::Error::custom)
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
        let raw = (&*self.json, RecordPlaces::from_bytes(&self.places));
        emitter.entity_with_raw(&self.record, Some(&self.record), Some(raw))
    }
}

impl RawSpec {
    /// Returns `true` if the names of the members that are allowed were checked here: none of them is one of a credential. So they are
    /// not checked again for each record.
    pub(crate) fn names_no_credential(self) -> bool {
        let Self::Allow(paths) = self else { return false };
        !paths.iter().filter_map(|path| path.first()).any(|name| is_credential_name(name))
    }

    /// Writes the value of `_rawData` after what is in `out`; nothing where nothing is left of the record.
    ///
    /// Members whose names say that they hold a credential are left out, wherever they stand. `are_plain` is what
    /// [`names_no_credential`](Self::names_no_credential) returned.
    pub(crate) fn write(
        self,
        (record, places): (&str, RecordPlaces<'_>),
        are_plain: bool,
        out: &mut Vec<u8>,
    ) {
        let start = out.len();
        // One entry under the name that the official SDK gives the record an entity was made from.
        out.extend_from_slice(b"[{\"name\":\"default\",\"rawData\":");
        let some = match self {
            Self::Allow(paths) => filter::some(record, places, Allowed { paths, are_plain }, out),
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
