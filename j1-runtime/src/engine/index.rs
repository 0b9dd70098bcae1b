//! Every key of a run, to find duplicates and the ends of relationships. 128-bit hashes, so that it stays small.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use j1_core::ty::Type;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// The keys added so far.
#[derive(Default)]
pub(crate) struct KeyIndex(HashMap<u128, Holder>);

/// Who holds a key.
#[derive(Clone, Copy)]
struct Holder {
    ty: u64,
    content: u64,
    step: u32,
}

/// What adding a key came to.
pub(super) enum Added {
    /// Nobody held it.
    New,
    /// The same object was added before.
    Again,
    /// Another object was, by this step.
    Taken(usize),
}

impl KeyIndex {
    /// Adds a key and what it stands for.
    pub(super) fn add(&mut self, key: &str, ty: Type, json: &[u8], step: usize) -> Added {
        let content = xxh3_64(json);
        match self.0.entry(xxh3_128(key.as_bytes())) {
            Entry::Vacant(vacant) => {
                // There are fewer steps than four thousand million.
                vacant.insert(Holder { ty: ty.hash, content, step: u32::try_from(step).unwrap_or(u32::MAX) });
                Added::New
            }
            Entry::Occupied(held) if held.get().content == content && held.get().ty == ty.hash => {
                Added::Again
            }
            Entry::Occupied(held) => Added::Taken(held.get().step as usize),
        }
    }

    /// Takes a key back.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(&xxh3_128(key.as_bytes()));
    }

    /// Whether anything holds the key.
    pub fn holds(&self, key: &str) -> bool {
        self.0.contains_key(&xxh3_128(key.as_bytes()))
    }

    /// Whether an entity of this type holds the key.
    pub fn holds_type(&self, key: &str, ty: Type) -> bool {
        self.0.get(&xxh3_128(key.as_bytes())).is_some_and(|holder| holder.ty == ty.hash)
    }
}
