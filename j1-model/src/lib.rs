//! The JupiterOne data model: its classes, what each says of the properties of an entity, and the rules that need only
//! names and literals.
//!
//! Two callers share every rule: the derives of `j1-derive` call it as ordinary code and print an ordinary error, and
//! `j1-core` calls it while it compiles or while it runs, where a type or a value has to be known first. So what can
//! be asked of a type is `const fn`, and this crate depends on strsim alone.
//!
//! The tables are generated from `j1-model/data/data-model.json` by `cargo xtask data-model`.

/// The descriptions of the classes and of the properties that each declares of its own, as JSON: for references, not for
/// rules. They are text of `@jupiterone/data-model` under the Mozilla Public License 2.0.
pub const DESCRIPTIONS: &str = include_str!("../data/descriptions.json");

mod bytes;
mod class;
mod credential;
mod format;
mod generated;
mod kind;
pub mod limits;
mod nearest;
mod pattern;
mod property;
mod relationship;
pub mod rules;
mod scalar;
pub mod setting;
pub mod text;
mod types;
mod verdict;

pub use class::{ClassDef, class, never_both};
pub use credential::{looks_like_credential, names_credentials};
pub use format::Format;
pub use generated::{CLASSES, DATA_MODEL_VERSION, RELATIONSHIP_CLASSES, RELATIONSHIP_RULES, classes};
pub use kind::Kind;
pub use nearest::nearest;
pub use pattern::{Pattern, is_property_name};
pub use property::{
    Absence, ItemDef, Literal, PropertyDef, absence, fits_classes, pick_name, takes_any_text,
};
pub use relationship::RelationshipRule;
pub use scalar::Scalar;
pub use types::Types;
pub use verdict::{Broken, Rules};

/// Hashes the letters and digits of a name, whatever their case and whatever stands between them.
#[must_use]
pub const fn hash_letters(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        // Spelt out, because calls are what costs time in `const` code.
        let byte = bytes[i];
        let letter = byte | 0x20;
        if (letter >= b'a' && letter <= b'z') || (byte >= b'0' && byte <= b'9') {
            hash = (hash ^ letter as u64).wrapping_mul(0x0100_0000_01b3);
        }
        i += 1;
    }
    hash
}

/// The FNV-1a hash of a name, for comparing names in `const` code, where comparing strings takes too long.
#[must_use]
pub const fn hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}
