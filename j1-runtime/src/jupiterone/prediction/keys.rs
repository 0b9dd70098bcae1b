//! The keys of a collection with a hash of each object, small enough for millions.

use std::collections::BTreeMap;
use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

use super::content::Content;
use super::{Brings, Brought, Prediction, SHOWN, TypeChange};
use crate::code;
use crate::index::{self, Budget, Digest, DiskMap, Entry, LAST_ORIGIN};
use crate::jupiterone::HeldObject;

/// The keys of a collection, in about 32 bytes each; those beyond a budget of memory are on disk.
pub(crate) struct Keys {
    /// With the hash of each object's content, and the number of its type.
    all: DiskMap<Entry>,
    /// Those that JupiterOne holds.
    held: DiskMap<Digest>,
    types: Vec<OfType>,
    of_type: BTreeMap<String, u16>,
}

/// The objects of a type: those that are not mapped relationships, and those that are.
#[derive(Default)]
struct OfType {
    name: String,
    all: [u64; 2],
    held: [u64; 2],
}

impl Keys {
    /// Keys that share this memory.
    pub fn new(budget: &Arc<Budget>) -> Self {
        let [all, held] = [Arc::clone(budget), Arc::clone(budget)];
        Self { all: DiskMap::new(all), held: DiskMap::new(held), types: Vec::new(), of_type: BTreeMap::new() }
    }

    /// Notes an object of the collection.
    pub fn add(&mut self, key: &str, content: &Content<'_>) -> Result<()> {
        let (number, mapped) = (self.type_number(content.ty)?, content.is_mapped());
        let at = Entry::address(hashed(content.kind, mapped, key));
        let entry = Entry::with_content(at, content.hash(), number);
        if self.all.insert(at, entry).map_err(index::unusable)?.is_none() {
            self.types[usize::from(number)].all[usize::from(mapped)] += 1;
        }
        Ok(())
    }

    /// Adds what is new to a prediction that was made with these keys. Mapped relationships are only counted.
    pub fn count_new(&self, prediction: &mut Prediction) {
        for OfType { name, all, held } in &self.types {
            let change = prediction.types.entry(name.clone()).or_default();
            change.create += all[0] - held[0];
            change.mapped += all[1];
        }
    }

    /// Adds the mapped relationships that are new, where it is known which are held.
    pub fn count_new_mapped(&self, prediction: &mut Prediction) {
        for OfType { name, all, held } in &self.types {
            prediction.types.entry(name.clone()).or_default().create += all[1] - held[1];
        }
    }

    /// Notes the key of a new object, where few of its type are known yet.
    pub fn sample(&mut self, content: &Content<'_>, key: &str, change: &mut TypeChange) -> Result<()> {
        let hash = hashed(content.kind, content.is_mapped(), key);
        if change.samples.create.len() < SHOWN
            && self.find(hash)?.is_some()
            && self.held.find(digest(hash).address()).map_err(index::unusable)?.is_none()
        {
            change.samples.create.push(key.to_owned());
        }
        Ok(())
    }

    fn find(&mut self, hash: u128) -> Result<Option<Entry>> {
        self.all.find(Entry::address(hash)).map_err(index::unusable)
    }

    fn type_number(&mut self, ty: &str) -> Result<u16> {
        if let Some(number) = self.of_type.get(ty) {
            return Ok(*number);
        }
        let number = u16::try_from(self.types.len()).ok().filter(|number| *number <= LAST_ORIGIN);
        let number = number.ok_or_else(|| {
            let message = format!("the collection has more than {} types", self.types.len());
            Error::new(Kind::Data, code::COLLECTION, message)
        })?;
        self.types.push(OfType { name: ty.to_owned(), ..OfType::default() });
        self.of_type.insert(ty.to_owned(), number);
        Ok(number)
    }
}

impl Brings for Keys {
    fn brings(&mut self, held: &HeldObject) -> Result<Brought> {
        let content =
            Content { kind: held.kind, ty: &held.ty, class: &held.class, properties: &held.properties };
        let mapped = content.is_mapped();
        let hash = hashed(content.kind, mapped, &held.key);
        let Some(entry) = self.find(hash)? else { return Ok(Brought::No) };
        let digest = digest(hash);
        if self.held.insert(digest.address(), digest).map_err(index::unusable)?.is_none()
            && let Some(of_type) = self.types.get_mut(usize::from(entry.origin()))
        {
            of_type.held[usize::from(mapped)] += 1;
        }
        let same = entry.has_content(content.hash());
        Ok(if same { Brought::Same } else { Brought::Changed })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a part is enough to count")]
fn digest(hash: u128) -> Digest {
    Digest::new(hash as u64)
}

/// An entity, a relationship and a mapped relationship may have the same key.
fn hashed(kind: ObjectKind, mapped: bool, key: &str) -> u128 {
    let hash = xxh3_128(key.as_bytes());
    match kind {
        ObjectKind::Entity => hash,
        ObjectKind::Relationship if mapped => hash.rotate_left(64),
        ObjectKind::Relationship => !hash,
    }
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
        let mut keys = Keys::new(&Arc::default());
        for held in [entity("thing"), relationship("has"), mapped("mapped")] {
            let content =
                Content { kind: held.kind, ty: &held.ty, class: &held.class, properties: &held.properties };
            keys.add(&held.key, &content).expect("memory");
        }
        keys
    }

    fn brings(keys: &mut Keys, held: &HeldObject) -> Brought {
        keys.brings(held).expect("memory")
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
            assert_eq!(brings(&mut keys, object), Brought::Same, "{held}");
            let is_new = |at: usize| u64::from(at != held);
            assert_eq!(new(&keys, Keys::count_new), [[is_new(0), 0], [is_new(1), 0], [0, 1]], "{held}");
            let mapped = [[0, 0], [0, 0], [is_new(2), 0]];
            assert_eq!(new(&keys, Keys::count_new_mapped), mapped, "{held}");
        }
        let mut keys = keys();
        assert!(all.iter().all(|held| brings(&mut keys, held) == Brought::Same));
        assert_eq!(new(&keys, Keys::count_new), [[0, 0], [0, 0], [0, 1]]);
        assert_eq!(new(&keys, Keys::count_new_mapped), [[0, 0]; 3]);
        let other = object(ObjectKind::Entity, "thing", &json!({ "name": "b" }));
        assert_eq!(brings(&mut keys, &other), Brought::Changed);
        let unknown = HeldObject { key: "other".to_owned(), ..other };
        assert_eq!(brings(&mut keys, &unknown), Brought::No);
    }

    #[test]
    fn a_key_that_was_not_added_is_not_found() {
        let mut keys = Keys::new(&Arc::default());
        let (class, properties) = (Value::Null, Map::new());
        let content =
            Content { kind: ObjectKind::Entity, ty: "thing", class: &class, properties: &properties };
        (0..5000).for_each(|number| keys.add(&format!("{number}"), &content).expect("memory"));
        let mut has = |number: u32| {
            let hash = hashed(ObjectKind::Entity, false, &number.to_string());
            keys.find(hash).expect("memory").is_some()
        };
        assert!((0..5000).all(&mut has));
        assert!(!(5000..10_000).any(&mut has));
    }

    #[test]
    fn the_first_few_new_objects_are_samples() {
        let mut keys = Keys::new(&Arc::default());
        let (class, properties) = (Value::Null, Map::new());
        let content =
            Content { kind: ObjectKind::Entity, ty: "thing", class: &class, properties: &properties };
        let named: Vec<String> = (0..SHOWN + 3).map(|number| number.to_string()).collect();
        named.iter().for_each(|key| keys.add(key, &content).expect("memory"));
        let held = HeldObject { key: "0".to_owned(), ..object(ObjectKind::Entity, "thing", &json!({})) };
        assert_eq!(brings(&mut keys, &held), Brought::Same);
        let mut change = TypeChange::default();
        keys.sample(&content, "of no collection", &mut change).expect("memory");
        named.iter().for_each(|key| keys.sample(&content, key, &mut change).expect("memory"));
        assert_eq!(change.samples.create, named[1..=SHOWN]);
    }
}
