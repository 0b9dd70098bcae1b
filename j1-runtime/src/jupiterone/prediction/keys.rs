//! The keys of a collection with a hash of each object, small enough for millions.

use std::collections::BTreeMap;

use j1_core::graph::ObjectKind;
use xxhash_rust::xxh3::xxh3_128;

use super::content::Content;
use super::{Brings, Brought, Prediction, SHOWN, TypeChange};
use crate::jupiterone::HeldObject;

/// The keys of a collection. 32 bytes for each object.
#[derive(Default)]
pub(crate) struct Keys {
    /// Sorted by key once all are there.
    all: Vec<Entry>,
    types: Vec<String>,
    of_type: BTreeMap<String, u32>,
    /// Mapped relationships by `_type`.
    mapped: BTreeMap<String, u64>,
}

struct Entry {
    key: [u64; 2],
    content: u64,
    ty: u32,
    /// `true` if JupiterOne holds it.
    held: bool,
}

impl Keys {
    /// Notes an object of the collection.
    pub fn add(&mut self, key: &str, content: &Content<'_>) {
        let ty = self.type_number(content.ty);
        self.all.push(Entry { key: hashed(content.kind, key), content: content.hash(), ty, held: false });
    }

    /// Notes a mapped relationship.
    pub fn add_mapped(&mut self, ty: &str) {
        *self.mapped.entry(ty.to_owned()).or_default() += 1;
    }

    /// Must be called after all keys are added and before they are compared.
    pub fn sort(&mut self) {
        self.all.sort_unstable_by_key(|entry| entry.key);
    }

    /// Adds what is new to a prediction that was made with these keys.
    pub fn count_new(&self, prediction: &mut Prediction) {
        let mut new = vec![0_u64; self.types.len()];
        for entry in self.all.iter().filter(|entry| !entry.held) {
            new[entry.ty as usize] += 1;
        }
        for (ty, count) in self.types.iter().zip(new) {
            prediction.types.entry(ty.clone()).or_default().create = count;
        }
        for (ty, count) in &self.mapped {
            prediction.types.entry(ty.clone()).or_default().mapped = *count;
        }
    }

    /// Notes the key of a new object, where few of its type are known yet.
    pub fn sample(&self, kind: ObjectKind, key: &str, change: &mut TypeChange) {
        let new = || self.find(kind, key).is_some_and(|entry| !self.all[entry].held);
        if change.samples.create.len() < SHOWN && new() {
            change.samples.create.push(key.to_owned());
        }
    }

    fn find(&self, kind: ObjectKind, key: &str) -> Option<usize> {
        self.all.binary_search_by_key(&hashed(kind, key), |entry| entry.key).ok()
    }

    fn type_number(&mut self, ty: &str) -> u32 {
        if let Some(number) = self.of_type.get(ty) {
            return *number;
        }
        // A collection has a few hundred types.
        let number = u32::try_from(self.types.len()).unwrap_or(u32::MAX);
        self.types.push(ty.to_owned());
        self.of_type.insert(ty.to_owned(), number);
        number
    }
}

impl Brings for Keys {
    fn brings(&mut self, held: &HeldObject) -> Brought {
        let Some(entry) = self.find(held.kind, &held.key) else { return Brought::No };
        let content =
            Content { kind: held.kind, ty: &held.ty, class: &held.class, properties: &held.properties };
        let same = self.all[entry].content == content.hash();
        self.all[entry].held = true;
        if same { Brought::Same } else { Brought::Changed }
    }
}

/// An entity and a relationship may have the same key.
fn hashed(kind: ObjectKind, key: &str) -> [u64; 2] {
    let hash = match kind {
        ObjectKind::Entity => xxh3_128(key.as_bytes()),
        ObjectKind::Relationship => !xxh3_128(key.as_bytes()),
    };
    let bytes = hash.to_le_bytes();
    let (low, high) = bytes.split_at(8);
    [low, high].map(|half| half.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
