//! The values that a type can have, as far as its name or the compiler tells.

use crate::Types;

/// The values that a Rust type can have as a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The JSON types its values have; `null` is not among them, see `optional`.
    pub types: Types,
    /// The JSON types of the items, where the values are arrays.
    pub items: Types,
    /// `true` if a value may be absent (`Option`).
    pub optional: bool,
    /// `true` if a value is a moment in time, sent as epoch milliseconds.
    pub date: bool,
    /// The strings that a value, or an item of one, can be, where the type names them: the words of an enum.
    pub words: &'static [&'static str],
}

impl Kind {
    /// A type that no property can hold.
    pub const NONE: Self = Self::new(Types::NONE);

    /// A value of one of these JSON types, always there.
    #[must_use]
    pub const fn new(types: Types) -> Self {
        Self { types, items: Types::NONE, optional: false, date: false, words: &[] }
    }

    /// A string that is one of these words, or another that the type cannot name.
    #[must_use]
    pub const fn words(words: &'static [&'static str]) -> Self {
        Self { words, ..Self::new(Types::STRING) }
    }

    /// A moment in time.
    #[must_use]
    pub const fn date() -> Self {
        Self { date: true, ..Self::new(Types::INTEGER) }
    }

    /// An array of such values.
    #[must_use]
    pub const fn list(self) -> Self {
        Self { types: Types::ARRAY, items: self.types, optional: false, date: false, words: self.words }
    }

    /// Such a value, or none.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Returns `true` if a value, or an item of one, can be of this type.
    #[must_use]
    pub const fn holds(self, ty: Types) -> bool {
        self.types.contains(ty) || (self.is_list() && self.items.contains(ty))
    }

    /// Returns `true` if a value is an array.
    #[must_use]
    pub const fn is_list(self) -> bool {
        self.types.contains(Types::ARRAY)
    }

    /// The kind in words: "a string", "an array of strings".
    #[must_use]
    pub const fn described(self) -> &'static str {
        if self.date {
            "a date (an integer)"
        } else if self.types.contains(Types::STRING) {
            "a string"
        } else if self.types.contains(Types::BOOLEAN) {
            "a boolean"
        } else if self.types.contains(Types::INTEGER) {
            "an integer"
        } else if self.types.contains(Types::NUMBER) {
            "a number"
        } else if self.items.contains(Types::STRING) {
            "an array of strings"
        } else if self.items.contains(Types::BOOLEAN) {
            "an array of booleans"
        } else if self.items.contains(Types::INTEGER) {
            "an array of integers"
        } else if self.items.contains(Types::NUMBER) {
            "an array of numbers"
        } else {
            "an array"
        }
    }
}
