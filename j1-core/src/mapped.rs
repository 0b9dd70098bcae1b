//! Mapped relationships: edges to what another integration owns, found by its properties instead of its key.
//!
//! ```
//! use j1_core::mapped::{Mapped, Target, TargetWriter};
//! use j1_core::prelude::*;
//!
//! #[derive(J1Entity)]
//! #[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
//! pub struct User {
//!     pub id: String,
//!     pub login: String,
//! }
//!
//! /// Whoever has this mail address, in whatever system of record.
//! pub struct Person {
//!     pub email: String,
//! }
//!
//! impl Target for Person {
//!     const CLASS: Option<&'static str> = Some("Person");
//!     const FILTER_KEYS: &'static [&'static [&'static str]] = &[&["_class", "email"]];
//!
//!     fn write(&self, out: &mut TargetWriter) {
//!         out.property("email", &self.email);
//!     }
//! }
//!
//! #[step(emits(User, Mapped<Is<User, Person>>))]
//! async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
//!     let user = job.add(User { id: "1".into(), login: "ada@example.com".into() }).await?;
//!     job.add(Mapped::<Is<_, _>>::to(&user, Person { email: "ada@example.com".into() })).await?;
//!     Ok(Outcome::nothing_to_read("an example"))
//! }
//! ```

use serde_json::{Map, Value as Json};

use crate::entity::Entity;
use crate::error::Result;
use crate::key::{HasKey, Key};
use crate::object::{Object, ObjectMeta};
use crate::recorder::Recorder;
use crate::relationship::{Edge, RelationshipMeta};
use crate::text::Text;
use crate::ty::Type;
use crate::validate::PropertyCheck;
use crate::value::Value;
use crate::writer::ValueWriter;

/// The far end of a mapped relationship: a description of an entity that another integration owns.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not the target of a mapped relationship",
    label = "not a target",
    note = "implement `j1_core::mapped::Target` for it: what it is, and the properties it is found by"
)]
pub trait Target {
    /// Its `_type`, where it has to be of one.
    const TYPE: Option<&'static str> = None;
    /// Its class, where it has to be of one. A target has a type or a class.
    const CLASS: Option<&'static str> = None;
    /// What it is found by: lists of properties that all have to be equal; the next list is tried where a
    /// property of one is absent.
    const FILTER_KEYS: &'static [&'static [&'static str]];
    /// Whether JupiterOne only links to what exists, which is the usual choice; otherwise it creates what it
    /// does not find.
    const SKIP_CREATION: bool = true;

    /// Writes the properties that are known of it.
    fn write(&self, out: &mut TargetWriter);
}

/// Writes the properties of a target.
#[derive(Default)]
pub struct TargetWriter {
    properties: Map<String, Json>,
}

impl TargetWriter {
    /// Writes one property; nothing where the value is absent.
    pub fn property<T: Value + ?Sized>(&mut self, name: &str, value: &T) {
        if value.is_absent() {
            return;
        }
        let mut bytes = Vec::new();
        value.write(&mut ValueWriter::new(&mut bytes, PropertyCheck::new(name, &[], &[])));
        // What a `Value` writes is JSON; a number that is none was written as null, and validation refuses it.
        self.properties.insert(name.to_owned(), serde_json::from_slice(&bytes).unwrap_or(Json::Null));
    }
}

/// The relationship `E` from an entity of this integration to one that another owns: `Mapped<Is<User, Person>>`.
pub struct Mapped<E: Edge> {
    source: Key<E::From>,
    target: E::To,
}

impl<E: Edge> Mapped<E> {
    /// The relationship from `source` to whatever `target` describes.
    pub fn to<K>(source: &K, target: E::To) -> Self
    where
        K: HasKey<Entity = E::From>,
    {
        Self { source: source.key().clone(), target }
    }
}

/// The constants of a mapped relationship.
struct Named<E>(core::marker::PhantomData<E>);

impl<E: Edge> Named<E>
where
    E::From: Entity,
    E::To: Target,
{
    /// The target's type, or its class where any type will do.
    const FAR: Type = Type::new(match (E::To::TYPE, E::To::CLASS) {
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => panic!("[J1-E0603] the target says neither its `TYPE` nor its `CLASS`; say one"),
    });
    /// Both types whole, as the vendor's page writes it: the target's belongs to somebody else.
    const TEXT: Text = Text::EMPTY
        .put(E::From::TYPE.pattern)
        .put("_")
        .put_lower(E::CLASS)
        .put("_")
        .put_lower(Self::FAR.pattern);
    const TYPE: Type = Type::new(Self::TEXT.as_str());
}

impl<E: Edge> Object for Mapped<E>
where
    E::From: Entity,
    E::To: Target,
{
    const TYPE: Type = Named::<E>::TYPE;
    const NEEDS: &'static [Type] = &[E::From::TYPE];
    const META: ObjectMeta = ObjectMeta::Relationship(RelationshipMeta {
        ty: Named::<E>::TYPE,
        class: E::CLASS,
        from: E::From::TYPE,
        to: Named::<E>::FAR,
    });
    type Added = ();
    type Related = ();

    fn record(&self, recorder: &mut Recorder) -> Result<()> {
        let mut target = TargetWriter::default();
        self.target.write(&mut target);
        let mut target = target.properties;
        for (name, value) in [("_type", E::To::TYPE), ("_class", E::To::CLASS)] {
            if let Some(value) = value {
                target.insert(name.to_owned(), value.into());
            }
        }
        let mapping = serde_json::json!({
            "sourceEntityKey": self.source.as_str(),
            "relationshipDirection": "FORWARD",
            "targetFilterKeys": E::To::FILTER_KEYS,
            "targetEntity": target,
            "skipTargetCreation": E::To::SKIP_CREATION,
        });
        let far = found_by(&target, E::To::FILTER_KEYS);
        let key = format!("{}|{}|{far}", self.source.as_str(), E::CLASS.to_ascii_lowercase());
        recorder.mapped(Self::TYPE, E::CLASS, &key, self.source.as_str(), &mapping)
    }
}

/// What stands for the target in the key: its own `_key`, or else the values it is found by, as the official SDK
/// writes them.
fn found_by(target: &Map<String, Json>, filter_keys: &[&[&str]]) -> String {
    if let Some(Json::String(key)) = target.get("_key") {
        return key.clone();
    }
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let lists = filter_keys.iter().map(|list| {
        let pairs =
            list.iter().filter_map(|name| target.get(*name).map(|value| format!("{name}={}", text(value))));
        pairs.collect::<Vec<_>>().join(":")
    });
    format!("FORWARD:{}", lists.collect::<Vec<_>>().join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_named_by_its_key_or_by_what_finds_it() {
        let target = |json: &str| serde_json::from_str::<Map<String, Json>>(json).expect("an object");
        let by_key = target(r#"{"_type":"aws_iam_role","_key":"arn:x"}"#);
        assert_eq!(found_by(&by_key, &[&["_type", "_key"]]), "arn:x");
        let by_mail = target(r#"{"_class":"Person","email":"e@x"}"#);
        assert_eq!(found_by(&by_mail, &[&["_class", "email"]]), "FORWARD:_class=Person:email=e@x");
    }
}
