//! Entities: the nodes of the graph.

use crate::graph::property::PropertySpec;
use crate::graph::{Emitter, Key, KeyWriter, Object, ObjectWriter, RawSpec, Type};
use crate::model::ClassDef;

/// A node of the graph, made from a struct by `#[derive(J1Entity)]`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not an entity",
    label = "not an entity",
    note = "derive it: `#[derive(J1Entity)]`"
)]
pub trait Entity: Object {
    /// The fields of the key template: the field itself if there is one, otherwise a tuple.
    type Id<'a>
    where
        Self: 'a;

    /// Its description as data.
    const ENTITY: &'static EntityMeta;

    /// `true` if an entity with a value that breaks a rule is left out as a whole; otherwise it is sent without the value
    /// wherever its classes allow that.
    const STRICT: bool = false;

    /// The fields its key is made of.
    fn id(&self) -> Self::Id<'_>;

    /// Fills the key template.
    fn write_key<'a>(id: Self::Id<'a>, out: &mut KeyWriter<'_>)
    where
        Self: 'a;

    /// Writes its properties.
    fn write(&self, out: &mut ObjectWriter);

    /// Adds the relationships its fields declare.
    fn relate(&self, key: &Key<Self>, emitter: &mut Emitter) -> crate::Result<()>
    where
        Self: Sized;
}

/// An entity that owns its values, so that it can be read back: its struct has no lifetime.
#[diagnostic::on_unimplemented(
    message = "[J1-E0708] `{Self}` borrows from the response, and such an entity cannot be read back",
    label = "its struct has a lifetime",
    note = "what steps read back waits on disk: let its fields own their values (`String` instead of `&str`), or look up its \
            keys only, `reads(keys ..)`"
)]
pub trait Owned {}

/// The description of an entity as data.
#[derive(Debug)]
pub struct EntityMeta {
    /// The name of the struct.
    pub name: &'static str,
    /// The name of such entities for people; `None` if the name of the struct says it.
    pub title: Option<&'static str>,
    /// Its `_type`.
    pub ty: Type,
    /// Its classes.
    pub classes: &'static [&'static ClassDef],
    /// Its properties, in the order they are sent.
    pub properties: &'static [PropertySpec],
    /// The template of its `_key`.
    pub key: &'static str,
    /// The part of the provider's record that is sent as raw data; nothing if it is `None`.
    pub raw_data: Option<RawSpec>,
    /// The properties that its classes require and that the provider does not have, as the author says.
    pub unknown: &'static [&'static str],
    /// The documentation of the struct, as written.
    pub docs: &'static str,
}
