//! Sets of JSON types.

/// A set of JSON types, as the data model names them.
///
/// `number` and `integer` are different types, as in the model; [`Types::widened`] adds that every integer is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// The empty set: nothing is declared.
    pub const NONE: Self = Self(0);
    /// An array.
    pub const ARRAY: Self = Self(1);
    /// `true` or `false`.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// A number without a fraction.
    pub const INTEGER: Self = Self(1 << 2);
    /// `null`.
    pub const NULL: Self = Self(1 << 3);
    /// Any number.
    pub const NUMBER: Self = Self(1 << 4);
    /// A string.
    pub const STRING: Self = Self(1 << 5);

    /// Each type with its name, as messages say it.
    pub const NAMES: [(Self, &'static str); 6] = [
        (Self::ARRAY, "an array"),
        (Self::BOOLEAN, "a boolean"),
        (Self::INTEGER, "an integer"),
        (Self::NUMBER, "a number"),
        (Self::STRING, "a string"),
        (Self::NULL, "null"),
    ];

    /// Each type with its name in JSON Schema.
    const JSON_NAMES: [(Self, &'static str); 6] = [
        (Self::ARRAY, "array"),
        (Self::BOOLEAN, "boolean"),
        (Self::INTEGER, "integer"),
        (Self::NUMBER, "number"),
        (Self::STRING, "string"),
        (Self::NULL, "null"),
    ];

    /// The names of the types in JSON Schema.
    pub fn json_names(self) -> impl Iterator<Item = &'static str> {
        Self::JSON_NAMES.into_iter().filter(move |(ty, _)| self.contains(*ty)).map(|(_, name)| name)
    }

    /// The set of these.
    #[must_use]
    pub const fn any(types: &[Self]) -> Self {
        let mut set = Self::NONE;
        let mut i = 0;
        while i < types.len() {
            set = set.union(types[i]);
            i += 1;
        }
        set
    }

    /// Returns `true` if all of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The types in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns `true` if the two sets have a type in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns `true` if the set is empty.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The set with integers added where it has numbers: what values it admits.
    #[must_use]
    pub const fn widened(self) -> Self {
        if self.contains(Self::NUMBER) { self.union(Self::INTEGER) } else { self }
    }

    /// The types in words: `a string or null`.
    #[must_use]
    pub fn names(self) -> String {
        let names: Vec<_> =
            Self::NAMES.iter().filter(|(ty, _)| self.contains(*ty)).map(|(_, name)| *name).collect();
        names.join(" or ")
    }
}
