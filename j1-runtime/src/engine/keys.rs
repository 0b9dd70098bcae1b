//! The keys of a run, for finding duplicates and the ends of relationships.
//!
//! A key is identified by 80 bits of its hash. Two different keys are confused only if these are equal: with twenty
//! million keys, in one run of 10^9. Two objects with one key are taken for the same one if 32 bits of their hashes and
//! their types are equal, and two forms of what is stored of them if 32 bits of theirs are.
//!
//! A run has one index, behind a lock of `Shared`. A key is added before its object is sent, and taken back only for an
//! object that is left out later. Beyond the run's budget of memory, keys are on disk: every question can fail, and one that
//! fails must never pass for a key that is free.

use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::Type;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::index::{Address, Budget, DiskMap, Entry, LAST_ORIGIN, unusable};
use crate::jupiterone::HeldObject;
use crate::jupiterone::prediction::{Brings, Brought};

/// The keys added so far, in 22 to 30 bytes each.
pub(crate) struct KeyIndex {
    keys: DiskMap<Entry>,
    /// The pairs of type and step seen so far; entries have their place in this list.
    origins: Vec<(Type, usize)>,
}

/// The result of adding a key.
pub(crate) enum Added {
    /// The key was free.
    New,
    /// The same object was added before, and what was stored of it has this form.
    Again(u32),
    /// Another object has the key: one of this type, added by this step, and stored in this form.
    Taken(Option<Type>, usize, u32),
}

impl KeyIndex {
    /// An index that shares this memory.
    pub fn new(budget: Arc<Budget>) -> Self {
        Self { keys: DiskMap::new(budget), origins: Vec::new() }
    }

    /// Adds a key, with the type and the JSON of its object, and a hash of what is stored of it; 0 if that is nothing.
    pub(super) fn add(&mut self, key: &str, ty: Type, json: &[u8], form: u32, step: usize) -> Result<Added> {
        self.put(address(key), ty, [low(xxh3_64(json)), form], step)
    }

    /// Adds the key of a relationship that nothing is stored of; returns as well, of a new one, whether both of its ends are
    /// there.
    pub(super) fn add_between(
        &mut self,
        key: &str,
        ends: (&str, &str),
        ty: Type,
        json: &[u8],
        step: usize,
    ) -> Result<(Added, bool)> {
        let all = [key, ends.0, ends.1].map(address);
        // Fetched all at once: the processor waits for several places as long as for one.
        self.keys.touch(all.into_iter());
        let [key, from, to] = all;
        let added = self.put(key, ty, [low(xxh3_64(json)), 0], step)?;
        let has_ends = matches!(added, Added::New) && self.has(from)? && self.has(to)?;
        Ok((added, has_ends))
    }

    /// Adds a key whose object another process collected, by the hash of what it stands for.
    pub(crate) fn add_known(&mut self, key: &str, ty: Type, content: u64, step: usize) -> Result<Added> {
        self.put(address(key), ty, [low(content), 0], step)
    }

    fn put(&mut self, at: Address, ty: Type, hashes: [u32; 2], step: usize) -> Result<Added> {
        let origin = self.place_of(ty, step);
        let Some(held) = self.keys.insert(at, Entry::new(at, hashes, origin)).map_err(unusable)? else {
            return Ok(Added::New);
        };
        Ok(match self.origins.get(usize::from(held.origin())) {
            Some((its, _)) if held.content() == hashes[0] && its.hash == ty.hash => Added::Again(held.form()),
            Some((its, step)) => Added::Taken(Some(*its), *step, held.form()),
            None => Added::Taken(None, step, held.form()),
        })
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) -> Result<()> {
        self.keys.remove(address(key)).map_err(unusable)
    }

    /// Returns `true` if the key is taken.
    pub fn holds(&mut self, key: &str) -> Result<bool> {
        self.has(address(key))
    }

    fn has(&mut self, at: Address) -> Result<bool> {
        Ok(self.keys.find(at).map_err(unusable)?.is_some())
    }

    /// Returns `true` if an entity of this type has the key.
    pub(crate) fn holds_type(&mut self, key: &str, ty: Type) -> Result<bool> {
        let held = self.keys.find(address(key)).map_err(unusable)?;
        let origin = held.and_then(|held| self.origins.get(usize::from(held.origin())));
        Ok(origin.is_some_and(|(held, _)| held.hash == ty.hash))
    }

    fn place_of(&mut self, ty: Type, step: usize) -> u16 {
        let known = self.origins.iter().position(|(known, its)| known.hash == ty.hash && *its == step);
        let place = known.unwrap_or_else(|| {
            self.origins.push((ty, step));
            self.origins.len() - 1
        });
        // A run has fewer than 4,096 pairs of type and step.
        u16::try_from(place).unwrap_or(LAST_ORIGIN)
    }
}

impl Brings for KeyIndex {
    fn brings(&mut self, held: &HeldObject) -> Result<Brought> {
        Ok(if self.holds(&held.key)? { Brought::Same } else { Brought::No })
    }
}

fn address(key: &str) -> Address {
    Entry::address(xxh3_128(key.as_bytes()))
}

/// 32 bits of a hash, which tell two objects apart.
#[expect(clippy::cast_possible_truncation, reason = "a part is enough")]
pub(super) const fn low(hash: u64) -> u32 {
    hash as u32
}
