//! The keys of a run, for finding duplicates and the ends of relationships.
//!
//! A key is identified by 96 bits of its hash. Two different keys are confused only if these are equal: with twenty
//! million keys, in one run of 10^14. Two objects with one key are taken for the same one if 32 bits of their hashes and
//! their types are equal.
//!
//! A run has one index, behind a lock of `Shared`. A key is added before its object is sent, and taken back only for an
//! object that is left out later.

mod table;

use j1_core::graph::Type;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use table::{Entry, Table};

/// The keys added so far, in about 24 bytes each.
#[derive(Default)]
pub(crate) struct KeyIndex {
    keys: Table,
    /// The pairs of type and step seen so far; entries have their place in this list.
    origins: Vec<(Type, usize)>,
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
        let origin = self.place_of(ty, step);
        #[expect(clippy::cast_possible_truncation, reason = "32 bits tell two objects apart")]
        let entry = Entry::new(xxh3_128(key.as_bytes()), content as u32, origin);
        match self
            .keys
            .insert(entry)
            .map(|held| (held.content(), self.origins.get(usize::from(held.origin()))))
        {
            None => Added::New,
            Some((held, Some((its, _)))) if held == entry.content() && its.hash == ty.hash => Added::Again,
            Some((_, Some((its, step)))) => Added::Taken(Some(*its), *step),
            Some((_, None)) => Added::Taken(None, step),
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
        held.and_then(|held| self.origins.get(usize::from(held.origin())))
            .is_some_and(|(held, _)| held.hash == ty.hash)
    }

    fn place_of(&mut self, ty: Type, step: usize) -> u16 {
        let known = self.origins.iter().position(|(known, its)| known.hash == ty.hash && *its == step);
        let place = known.unwrap_or_else(|| {
            self.origins.push((ty, step));
            self.origins.len() - 1
        });
        // A run has fewer than 65,536 pairs of type and step.
        u16::try_from(place).unwrap_or(u16::MAX)
    }
}
