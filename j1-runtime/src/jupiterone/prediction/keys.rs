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

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn properties(properties: &Value) -> Map<String, Value> {
        properties.as_object().expect("an object").clone()
    }

    /// A collection with an entity, a relationship and a mapped relationship of the same key.
    fn keys() -> Keys {
        let mut keys = Keys::default();
        for held in [entity("thing"), relationship("has"), mapped("mapped")] {
            let content =
                Content { kind: held.kind, ty: &held.ty, class: &held.class, properties: &held.properties };
            keys.add(&held.key, &content);
        }
        keys.sort();
        keys
    }

    fn object(kind: ObjectKind, ty: &str, all: &Value) -> HeldObject {
        let (ty, key) = (ty.to_owned(), "same".to_owned());
        HeldObject { kind, ty, key, class: Value::Null, properties: properties(all), changed: 0 }
    }

    fn entity(ty: &str) -> HeldObject {
        object(ObjectKind::Entity, ty, &json!({ "name": "a" }))
    }

    fn relationship(ty: &str) -> HeldObject {
        object(ObjectKind::Relationship, ty, &json!({ "since": 1 }))
    }

    fn mapped(ty: &str) -> HeldObject {
        object(ObjectKind::Relationship, ty, &json!({ "_mapping": {} }))
    }

    /// New objects, and mapped relationships, of each type.
    fn new(keys: &Keys, count: impl Fn(&Keys, &mut Prediction)) -> [[u64; 2]; 3] {
        let mut prediction = Prediction::default();
        count(keys, &mut prediction);
        ["thing", "has", "mapped"].map(|ty| {
            let change = &prediction.types[ty];
            [change.create, change.mapped]
        })
    }

    #[test]
    fn an_entity_and_a_relationship_may_share_a_key() {
        let all = [entity("thing"), relationship("has"), mapped("mapped")];
        for (held, object) in all.iter().enumerate() {
            let mut keys = keys();
            assert_eq!(keys.brings(object), Brought::Same, "{held}");
            let is_new = |at: usize| u64::from(at != held);
            assert_eq!(new(&keys, Keys::count_new), [[is_new(0), 0], [is_new(1), 0], [0, 1]], "{held}");
            let mapped = [[0, 0], [0, 0], [is_new(2), 0]];
            assert_eq!(new(&keys, Keys::count_new_mapped), mapped, "{held}");
        }
        let mut keys = keys();
        assert!(all.iter().all(|held| keys.brings(held) == Brought::Same));
        assert_eq!(new(&keys, Keys::count_new), [[0, 0], [0, 0], [0, 1]]);
        assert_eq!(new(&keys, Keys::count_new_mapped), [[0, 0]; 3]);
        let other = object(ObjectKind::Entity, "thing", &json!({ "name": "b" }));
        assert_eq!(keys.brings(&other), Brought::Changed);
        let unknown = HeldObject { key: "other".to_owned(), ..other };
        assert_eq!(keys.brings(&unknown), Brought::No);
    }

    #[test]
    fn a_key_that_was_not_added_is_not_found() {
        let mut keys = Keys::default();
        let (class, properties) = (Value::Null, Map::new());
        let content =
            Content { kind: ObjectKind::Entity, ty: "thing", class: &class, properties: &properties };
        (0..5000).for_each(|number| keys.add(&format!("{number}"), &content));
        keys.sort();
        assert!((0..5000).all(|number| keys.find(&content, &format!("{number}")).is_some()));
        assert!((5000..10_000).all(|number| keys.find(&content, &format!("{number}")).is_none()));
    }

    #[test]
    fn the_first_few_new_objects_are_samples() {
        let mut keys = Keys::default();
        let (class, properties) = (Value::Null, Map::new());
        let content =
            Content { kind: ObjectKind::Entity, ty: "thing", class: &class, properties: &properties };
        let named: Vec<String> = (0..SHOWN + 3).map(|number| number.to_string()).collect();
        named.iter().for_each(|key| keys.add(key, &content));
        keys.sort();
        let held = HeldObject { key: "0".to_owned(), ..object(ObjectKind::Entity, "thing", &json!({})) };
        assert_eq!(keys.brings(&held), Brought::Same);
        let mut change = TypeChange::default();
        keys.sample(&content, "of no collection", &mut change);
        named.iter().for_each(|key| keys.sample(&content, key, &mut change));
        assert_eq!(change.samples.create, named[1..=SHOWN]);
    }
}
