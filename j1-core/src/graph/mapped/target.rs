//! The far end of a mapped relationship.

use crate::graph::ObjectWriter;
use crate::graph::property::PropertySpec;
use crate::model::ClassDef;

/// A description of an entity that another integration owns, made from a struct by `#[derive(J1Target)]`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not the target of a mapped relationship",
    label = "not a target",
    note = "derive it: `#[derive(J1Target)]`"
)]
pub trait Target: MappedEnd<Side = Far> {
    /// Its description as data.
    const TARGET: &'static TargetMeta;

    /// Writes the properties that are known of it.
    fn write(&self, out: &mut ObjectWriter);
}

/// The description of a target as data.
#[derive(Debug)]
pub struct TargetMeta {
    /// The name of the struct.
    pub name: &'static str,
    /// Its `_type`, where it has to be of one.
    pub ty: Option<&'static str>,
    /// Its classes, where it has to be of some. A target has a type or a class.
    pub classes: &'static [&'static ClassDef],
    /// The properties that are known of it, in the order they are sent.
    pub properties: &'static [PropertySpec],
    /// The properties it is found by: lists of names, of which all of one list must be equal.
    pub filter_keys: &'static [&'static [&'static str]],
    /// `true` if JupiterOne only links to entities that exist; otherwise it creates those it does not find.
    pub skip_creation: bool,
    /// The documentation of the struct, as written.
    pub docs: &'static str,
}

impl TargetMeta {
    /// Returns its part of a relationship's `_type`: its type, or its first class if any type will do.
    pub(super) const fn type_or_class(&self) -> &'static str {
        match (self.ty, self.classes) {
            (Some(ty), _) => ty,
            (None, [first, ..]) => first.name,
            (None, []) => "",
        }
    }
}

/// An end of a mapped relationship: an entity of this integration, or a target.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not an end of a mapped relationship",
    label = "neither an entity nor a target",
    note = "an entity of this integration: `#[derive(J1Entity)]`; what another integration owns: `#[derive(J1Target)]`"
)]
pub trait MappedEnd {
    /// [`Near`] or [`Far`].
    type Side;
}

/// The side of the entities of this integration.
pub enum Near {}

/// The side of the entities that others own.
pub enum Far {}
