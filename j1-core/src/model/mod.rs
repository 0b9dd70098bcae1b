//! The JupiterOne data model: its classes and what each says of the properties of an entity.
//!
//! The tables and the rules are those of `j1-model`; this room adds the types that stand for the classes.

mod class;

pub use class::Class;
pub(crate) use class::sealed;
pub(crate) use j1_model::{Broken, Rules, classes};
pub use j1_model::{
    CLASSES, ClassDef, DATA_MODEL_VERSION, DESCRIPTIONS, Format, ItemDef, Literal, Pattern, PropertyDef,
    RELATIONSHIP_CLASSES, RELATIONSHIP_RULES, RelationshipRule, Types, class, hash, hash_letters,
    is_property_name, limits, nearest, never_both,
};
#[doc(hidden)]
pub use j1_model::{rules, setting, text};
