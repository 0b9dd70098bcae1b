//! The shape of a JSON value: its types, and the shapes of its members and elements.

use std::collections::BTreeMap;

/// Members of one object that are kept apart; an object with more is a map, whose names are data.
const MOST_MEMBERS: usize = 100;

/// A type of JSON; whole numbers are one of their own, since a struct tells them from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Type {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Null, "null"),
        (Self::Boolean, "boolean"),
        (Self::Integer, "integer"),
        (Self::Number, "number"),
        (Self::String, "string"),
        (Self::Array, "array"),
        (Self::Object, "object"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(ty, _)| *ty == self).map_or("", |(_, name)| name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(ty, _)| *ty)
    }
}

/// The shape of a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// The number of times it was of each type. In a known shape, the numbers mean nothing.
    pub types: BTreeMap<Type, u64>,
    pub members: BTreeMap<String, Shape>,
    /// The elements of an array, and the members of a map.
    pub any: Option<Box<Shape>>,
    /// The texts that it may be, where they are documented. In what was seen: others that came.
    pub values: Option<BTreeMap<String, u64>>,
}

impl Shape {
    /// The shape of a member; of all of them, where this is a map.
    pub fn member(&mut self, name: &str) -> &mut Self {
        if !self.members.contains_key(name) {
            let is_map = self.members.is_empty() && self.any.is_some() || self.members.len() >= MOST_MEMBERS;
            if is_map {
                let any = self.any.get_or_insert_default();
                for member in std::mem::take(&mut self.members).values() {
                    any.join(member);
                }
                return any;
            }
            self.members.insert(name.to_owned(), Self::default());
        }
        // It is there now; to look it up without a second copy of the name costs a second search.
        self.members.entry(name.to_owned()).or_default()
    }

    /// The known shape of a member.
    pub fn known_member(&self, name: &str) -> Option<&Self> {
        self.members.get(name).or(self.any.as_deref())
    }

    /// Returns `true` if a value of this type is known. A whole number is a number.
    pub fn takes(&self, ty: Type) -> bool {
        self.types.contains_key(&ty) || ty == Type::Integer && self.types.contains_key(&Type::Number)
    }

    /// Takes in what another one may be.
    pub fn join(&mut self, other: &Self) {
        for (ty, count) in &other.types {
            *self.types.entry(*ty).or_default() += count;
        }
        for (name, member) in &other.members {
            self.member(name).join(member);
        }
        if let Some(any) = &other.any {
            self.any.get_or_insert_default().join(any);
        }
        if let Some(values) = &other.values {
            self.values.get_or_insert_default().extend(values.clone());
        }
    }
}
