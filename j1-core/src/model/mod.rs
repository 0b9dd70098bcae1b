//! The JupiterOne data model: its classes and what each says of the properties of an entity.
//!
//! The tables are generated from `j1-core/data/data-model.json` by `cargo xtask data-model`. Everything a
//! derive has to know of them works in `const` code; strings are compared there by [`hash`], because rustc
//! refuses const code that runs long.

mod bytes;
mod class;
mod format;
mod generated;
pub mod limits;
mod nearest;
mod pattern;
mod property;
mod relationship;
#[doc(hidden)]
pub mod text;
mod types;

pub(crate) use class::sealed;
pub use class::{Class, ClassDef, class, never_both};
pub use format::Format;
pub(crate) use generated::classes;
pub use generated::{CLASSES, DATA_MODEL_VERSION, RELATIONSHIP_CLASSES, RELATIONSHIP_RULES};
pub use nearest::nearest;
pub use pattern::{Pattern, is_property_name};
pub use property::{ItemDef, Literal, PropertyDef};
pub use relationship::RelationshipRule;
pub use types::Types;

/// The hash of the letters and digits of a name, whatever their case and whatever stands between them.
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

/// The FNV-1a hash of a name, for comparing names in `const` code.
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
