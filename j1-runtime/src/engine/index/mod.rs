//! Every key of a run, to find duplicates and the ends of relationships.
//!
//! A key is known by its 128-bit hash. Two different keys of a run would have to share one to be taken for each
//! other: with two million keys, one run in 10^26.
//!
//! A run has one index, behind a lock of `Shared`. A key is added before its object is sent, and taken back only for an
//! object that is left out after all.

mod table;

use j1_core::graph::Type;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use table::{Entry, Table};

/// The keys added so far, in about 36 bytes each.
#[derive(Default)]
pub(crate) struct KeyIndex {
    keys: Table,
    /// The types seen so far; entries have their place in this list.
    types: Vec<Type>,
}

/// The result of adding a key.
pub(super) enum Added {
    /// The key was free.
    New,
    /// The same object was added before.
    Again,
    /// Another object was, of this type and by this step.
    Taken(Option<Type>, usize),
}

impl KeyIndex {
    /// Adds a key and what it stands for.
    pub(super) fn add(&mut self, key: &str, ty: Type, json: &[u8], step: usize) -> Added {
        let ty = self.place_of(ty);
        // There are fewer steps than sixty-five thousand.
        let entry =
            Entry::new(xxh3_128(key.as_bytes()), xxh3_64(json), ty, u16::try_from(step).unwrap_or(u16::MAX));
        match self.keys.insert(entry) {
            None => Added::New,
            Some(held) if held.content() == entry.content() && held.ty() == ty => Added::Again,
            Some(held) => Added::Taken(self.type_at(held.ty()), usize::from(held.step())),
        }
    }

    /// Takes a key back.
    pub fn remove(&mut self, key: &str) {
        self.keys.remove(xxh3_128(key.as_bytes()));
    }

    /// Returns `true` if the key is taken.
    pub fn holds(&self, key: &str) -> bool {
        self.keys.find(xxh3_128(key.as_bytes())).is_some()
    }

    /// Returns `true` if an entity of this type has the key.
    pub(super) fn holds_type(&self, key: &str, ty: Type) -> bool {
        let held = self.keys.find(xxh3_128(key.as_bytes()));
        held.and_then(|held| self.type_at(held.ty())).is_some_and(|held| held.hash == ty.hash)
    }

    fn type_at(&self, place: u16) -> Option<Type> {
        self.types.get(usize::from(place)).copied()
    }

    fn place_of(&mut self, ty: Type) -> u16 {
        let place = self.types.iter().position(|known| known.hash == ty.hash).unwrap_or_else(|| {
            self.types.push(ty);
            self.types.len() - 1
        });
        // There are fewer types than sixty-five thousand.
        u16::try_from(place).unwrap_or(u16::MAX)
    }
}
