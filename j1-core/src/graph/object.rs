//! Objects that a step can add to the graph, and the declarations that allow it.

use crate::error::Result;
use crate::graph::{Emitter, EntityMeta, RelationshipMeta, Type};

/// An object that a step can add: an entity or a relationship.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not an entity or a relationship",
    label = "neither an entity nor a relationship",
    note = "derive it: `#[derive(J1Entity)]`; of a list, add one after another"
)]
pub trait Object {
    /// Its `_type`.
    const TYPE: Type;
    /// The types that must be collected before it: the two ends of a relationship.
    const NEEDS: &'static [Type];
    /// Its description as data.
    const META: ObjectMeta;
    /// The type that a step must declare to add it: the object itself, or the entity that it holds.
    type Emitted;
    /// The result of adding it: the key of an entity.
    type Added;
    /// The type whose fields declare relationships: the entity itself, or `()`.
    type Related;

    /// Encodes it and hands it to the run.
    fn emit(&self, emitter: &mut Emitter) -> Result<Self::Added>;
}

/// A borrowed object, for a step that goes on using it.
impl<T: Object> Object for &T {
    const TYPE: Type = T::TYPE;
    const NEEDS: &'static [Type] = T::NEEDS;
    const META: ObjectMeta = T::META;
    type Emitted = T::Emitted;
    type Added = T::Added;
    type Related = T::Related;

    fn emit(&self, emitter: &mut Emitter) -> Result<T::Added> {
        (**self).emit(emitter)
    }
}

/// The description of an object as data: for docs, schema and the step graph.
#[derive(Clone, Copy, Debug)]
pub enum ObjectMeta {
    /// An entity.
    Entity(&'static EntityMeta),
    /// A relationship between two entities of this integration, or a mapped one.
    Relationship(RelationshipMeta),
}

impl ObjectMeta {
    /// Its `_type`.
    #[must_use]
    pub const fn ty(&self) -> Type {
        match self {
            Self::Entity(meta) => meta.ty,
            Self::Relationship(meta) => meta.ty,
        }
    }
}

/// An object that the step `S` declared in its `emits(...)`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0701] step `{S}` adds `{Self}` without declaring it",
    label = "`{Self}` is not in the `emits(...)` of `{S}`",
    note = "declare it: `#[step(emits(.., {Self}))]`",
    note = "when a step fails, JupiterOne keeps what its declared types hold and deletes the rest"
)]
pub trait EmittedBy<S> {}

/// An entity that the step `S` declared in its `reads(...)`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0702] step `{S}` reads `{Self}` without declaring it",
    label = "`{Self}` is not in the `reads(...)` of `{S}`, so it may run before `{Self}` is collected",
    note = "declare it: `#[step(reads(.., {Self}))]`; the order of the steps follows from it"
)]
pub trait ReadBy<S>: FoundBy<S> {}

/// An entity whose keys the step `S` may look up: one of its `reads(...)`, or of its `reads(keys ...)`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0702] step `{S}` looks up `{Self}` without declaring it",
    label = "`{Self}` is not in the `reads(...)` of `{S}`, so it may run before `{Self}` is collected",
    note = "declare it: `#[step(reads(.., keys {Self}))]`; the order of the steps follows from it"
)]
pub trait FoundBy<S> {}

/// An entity that the step `S` may tie to before it is collected: one of its `reads(...)`, of whichever kind.
#[diagnostic::on_unimplemented(
    message = "[J1-E0702] step `{S}` ties to `{Self}` without declaring it",
    label = "`{Self}` is not in the `reads(...)` of `{S}`",
    note = "declare it: `#[step(reads(.., expected {Self}))]`; the step is complete only if the steps that emit it are"
)]
pub trait ExpectedBy<S> {}

/// An object whose fields declare no relationship but those that the step `S` declared.
///
/// A derive implements it with a bound for each field, so that rustc points at the field of a relationship that is missing
/// from the step.
pub trait AllEmittedBy<S> {}
impl<S> AllEmittedBy<S> for () {}

/// Carries the error for a relationship `Given` whose ends are swapped compared to `Declared`. Nothing implements it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "[J1-E0701] the ends of `{Given}` are swapped: the step declares `{Declared}`",
    label = "swap the two ends",
    note = "a relationship runs from the first to the second: `owns(&user, &device)` is `Owns<User, Device>`"
)]
pub trait Swapped<Given, Declared> {}
