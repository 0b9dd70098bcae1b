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
}

struct Entry {
    key: [u64; 2],
    content: u64,
    ty: u32,
    /// `true` for a mapped relationship.
    mapped: bool,
    /// `true` if JupiterOne holds it.
    held: bool,
}

impl Keys {
    /// Notes an object of the collection.
    pub fn add(&mut self, key: &str, content: &Content<'_>) {
        let (ty, mapped) = (self.type_number(content.ty), content.is_mapped());
        let key = hashed(content.kind, mapped, key);
        self.all.push(Entry { key, content: content.hash(), ty, mapped, held: false });
    }

    /// Must be called after all keys are added and before they are compared.
    pub fn sort(&mut self) {
        self.all.sort_unstable_by_key(|entry| entry.key);
    }

    /// Adds what is new to a prediction that was made with these keys. Mapped relationships are only counted.
    pub fn count_new(&self, prediction: &mut Prediction) {
        self.count(prediction, |entry, change| {
            change.mapped += u64::from(entry.mapped);
            change.create += u64::from(!entry.mapped && !entry.held);
        });
    }

    /// Adds the mapped relationships that are new, where it is known which are held.
    pub fn count_new_mapped(&self, prediction: &mut Prediction) {
        self.count(prediction, |entry, change| change.create += u64::from(entry.mapped && !entry.held));
    }

    fn count(&self, prediction: &mut Prediction, add: impl Fn(&Entry, &mut TypeChange)) {
        let mut counted = vec![TypeChange::default(); self.types.len()];
        for entry in &self.all {
            add(entry, &mut counted[entry.ty as usize]);
        }
        for (ty, counted) in self.types.iter().zip(counted) {
            let change = prediction.types.entry(ty.clone()).or_default();
            change.create += counted.create;
            change.mapped += counted.mapped;
        }
    }

    /// Notes the key of a new object, where few of its type are known yet.
    pub fn sample(&self, content: &Content<'_>, key: &str, change: &mut TypeChange) {
        let new = || self.find(content, key).is_some_and(|entry| !self.all[entry].held);
        if change.samples.create.len() < SHOWN && new() {
            change.samples.create.push(key.to_owned());
        }
    }

    fn find(&self, content: &Content<'_>, key: &str) -> Option<usize> {
        let key = hashed(content.kind, content.is_mapped(), key);
        self.all.binary_search_by_key(&key, |entry| entry.key).ok()
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
        let content =
            Content { kind: held.kind, ty: &held.ty, class: &held.class, properties: &held.properties };
        let Some(entry) = self.find(&content, &held.key) else { return Brought::No };
        let same = self.all[entry].content == content.hash();
        self.all[entry].held = true;
        if same { Brought::Same } else { Brought::Changed }
    }
}

/// An entity, a relationship and a mapped relationship may have the same key.
fn hashed(kind: ObjectKind, mapped: bool, key: &str) -> [u64; 2] {
    let hash = match kind {
        ObjectKind::Entity => xxh3_128(key.as_bytes()),
        ObjectKind::Relationship if mapped => xxh3_128(key.as_bytes()).rotate_left(64),
        ObjectKind::Relationship => !xxh3_128(key.as_bytes()),
    };
    let bytes = hash.to_le_bytes();
    let (low, high) = bytes.split_at(8);
    [low, high].map(|half| half.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
