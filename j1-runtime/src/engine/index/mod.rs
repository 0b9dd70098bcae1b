//! The keys of a run, for finding duplicates and the ends of relationships.
//!
//! A key is identified by its 128-bit hash. Two different keys are confused only if their hashes collide: with two
//! million keys, in one run of 10^26.
//!
//! A run has one index, behind a lock of `Shared`. A key is added before its object is sent, and taken back only for an
//! object that is left out later.

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
pub(crate) enum Added {
    /// The key was free.
    New,
    /// The same object was added before.
    Again,
    /// Another object has the key: one of this type, added by this step.
    Taken(Option<Type>, usize),
}

impl KeyIndex {
    /// Adds a key, with the type and the JSON of its object.
    pub(super) fn add(&mut self, key: &str, ty: Type, json: &[u8], step: usize) -> Added {
        self.add_known(key, ty, xxh3_64(json), step)
    }

    /// Adds a key whose object another process collected, by the hash of what it stands for.
    pub(crate) fn add_known(&mut self, key: &str, ty: Type, content: u64, step: usize) -> Added {
        let ty = self.place_of(ty);
        // A run has fewer than 65,536 steps.
        let entry =
            Entry::new(xxh3_128(key.as_bytes()), content, ty, u16::try_from(step).unwrap_or(u16::MAX));
        match self.keys.insert(entry) {
            None => Added::New,
            Some(held) if held.content() == entry.content() && held.ty() == ty => Added::Again,
            Some(held) => Added::Taken(self.type_at(held.ty()), usize::from(held.step())),
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) {
        self.keys.remove(xxh3_128(key.as_bytes()));
    }

    /// Returns `true` if the key is taken.
    pub fn holds(&self, key: &str) -> bool {
        self.keys.find(xxh3_128(key.as_bytes())).is_some()
    }

    /// Returns `true` if an entity of this type has the key.
    pub(crate) fn holds_type(&self, key: &str, ty: Type) -> bool {
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
        // A run has fewer than 65,536 types.
        u16::try_from(place).unwrap_or(u16::MAX)
    }
}
