//! What the data model says of one property.

use super::{Format, Pattern, Types};

/// What a class says of a property, every ancestor included.
#[derive(Debug)]
pub struct PropertyDef {
    /// Its name.
    pub name: &'static str,
    /// The [`hash`](super::hash) of its name.
    pub hash: u64,
    /// The [`hash_letters`](super::hash_letters) of its name.
    pub letters: u64,
    /// Its first letter in lower case; no letter where it begins with an underscore.
    pub first: u8,
    /// The types a value may have.
    pub types: Types,
    /// What holds for the items, where a value is an array.
    pub items: Option<&'static ItemDef>,
    /// The format of a string; for [`Format::DateTime`] a note on a number.
    pub format: Option<Format>,
    /// The pattern a string must match.
    pub pattern: Option<Pattern>,
    /// The only values allowed, `null` and arrays aside; empty when any is.
    pub allowed: &'static [Literal],
    /// The smallest number allowed.
    pub minimum: Option<f64>,
    /// The largest number allowed.
    pub maximum: Option<f64>,
    /// The least length of a string, in characters.
    pub min_length: u32,
    /// The least length of an array.
    pub min_items: u32,
    /// Whether an array may hold a value only once.
    pub unique_items: bool,
    /// Whether the model advises against it.
    pub deprecated: bool,
}

impl PropertyDef {
    /// A property of this name and these types, with nothing else said.
    #[must_use]
    pub const fn new(name: &'static str, types: Types) -> Self {
        Self {
            name,
            hash: super::hash(name),
            letters: super::hash_letters(name),
            first: name.as_bytes()[0] | 0x20,
            types,
            items: None,
            format: None,
            pattern: None,
            allowed: &[],
            minimum: None,
            maximum: None,
            min_length: 0,
            min_items: 0,
            unique_items: false,
            deprecated: false,
        }
    }
}

/// What a class says of the items of an array.
#[derive(Debug)]
pub struct ItemDef {
    /// The types an item may have.
    pub types: Types,
    /// The format of a string.
    pub format: Option<Format>,
    /// The pattern a string must match.
    pub pattern: Option<Pattern>,
    /// The only values allowed; empty when any is.
    pub allowed: &'static [Literal],
    /// The least length of a string, in characters.
    pub min_length: u32,
}

impl ItemDef {
    /// Items of these types, with nothing else said.
    #[must_use]
    pub const fn new(types: Types) -> Self {
        Self { types, format: None, pattern: None, allowed: &[], min_length: 0 }
    }
}

/// One of the values a property is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Str(&'static str),
}
