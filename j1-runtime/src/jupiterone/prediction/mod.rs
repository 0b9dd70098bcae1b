//! The changes of a finalize: the run's objects compared with those that JupiterOne holds.
//!
//! `plan` and the deletion guard take their figures from here. What JupiterOne holds is read page by page and not kept,
//! so memory grows only with the keys of the run.

mod content;
mod guard;
mod keys;

use std::collections::{BTreeMap, BTreeSet};

use j1_core::Result;
use j1_core::graph::ObjectKind;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::jupiterone::query::refused as not_held;
use crate::jupiterone::{Held, HeldMapped, HeldObject, NotHeld, SyncClient};

pub(crate) use content::{Content, changed};
pub(crate) use guard::{Limit, exceeded};
pub(crate) use keys::Keys;

/// The number of sample objects for each kind of change.
const SHOWN: usize = 5;

/// The changes of a finalize to the objects of one `_type`.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct TypeChange {
    /// Objects that JupiterOne does not hold yet.
    pub create: u64,
    /// Objects that it holds with other properties.
    pub update: u64,
    /// Objects that it holds and the run did not bring.
    pub delete: u64,
    /// Objects that it holds in all.
    pub held: u64,
    /// Objects that the run did not bring and that are kept, since the type is protected.
    pub kept: u64,
    /// Mapped relationships of the run. JupiterOne shows what it made of those it holds, not the relationships as they were
    /// sent, so they are counted and not compared. A JupiterOne on this machine shows them, so a plan counts them among the
    /// other numbers, too.
    pub mapped: u64,
    /// The first few of each.
    pub samples: Samples,
}

impl TypeChange {
    fn absorb(&mut self, other: Self) {
        self.create += other.create;
        self.update += other.update;
        self.delete += other.delete;
        self.held += other.held;
        self.kept += other.kept;
        self.mapped += other.mapped;
        self.samples.create.extend(other.samples.create);
        self.samples.update.extend(other.samples.update);
        self.samples.delete.extend(other.samples.delete);
    }
}

/// The first few objects of each change.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Samples {
    /// Keys of objects that are new.
    pub create: Vec<String>,
    /// Objects that change, and which of their properties do.
    pub update: Vec<ChangedObject>,
    /// Keys of objects that go.
    pub delete: Vec<String>,
}

/// An object that changes.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedObject {
    /// Its `_key`.
    pub key: String,
    /// The names of the properties that change.
    pub properties: Vec<String>,
    /// The object as JupiterOne holds it.
    #[serde(skip)]
    pub(crate) held: Map<String, Value>,
}

/// The run's version of an object that JupiterOne holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brought {
    /// Nothing.
    No,
    /// The same, as far as is known.
    Same,
    /// Something else under its key.
    Changed,
}

/// The objects of a run.
pub(crate) trait Brings: Send {
    /// Returns the run's version of this object.
    ///
    /// # Errors
    /// When it cannot be looked up any more.
    fn brings(&mut self, held: &HeldObject) -> Result<Brought>;
}

/// The types of a run.
#[derive(Debug, Default)]
pub(crate) struct Types {
    /// Those that some step declares, or that were collected.
    pub declared: BTreeSet<String>,
    /// Those that were not read in full: JupiterOne deletes none of them.
    pub partial: BTreeSet<String>,
    /// Those that the integration says it no longer has.
    pub retired: BTreeSet<String>,
    /// The types that steps make of a type that no step emits, by that type.
    pub built_on: BTreeMap<String, BTreeSet<String>>,
    /// Those of the integration's mapped relationships, which JupiterOne does not show.
    pub mapped: BTreeSet<String>,
    /// The time at which the job was started, in milliseconds since 1970: what JupiterOne has got since then is not this
    /// run's to judge.
    pub started: Option<i64>,
}

/// The changes of a finalize, by `_type`.
#[derive(Debug, Default)]
pub(crate) struct Prediction {
    pub types: BTreeMap<String, TypeChange>,
    /// Types that JupiterOne holds and this version of the integration does not know.
    pub unknown: BTreeSet<String>,
    /// Types with objects that the run does not bring and that JupiterOne received after the job was started, each
    /// with the key of one: another run brought them.
    pub newer: BTreeMap<String, String>,
    /// Types that steps make of an unknown type, each with that type: what they are made of was not read.
    pub built_on_unknown: BTreeMap<String, String>,
    /// The number of objects that JupiterOne holds of this instance.
    pub held: u64,
    /// The types of entities.
    entities: BTreeSet<String>,
}

/// Compares what a run brings with what JupiterOne holds. What is new is not known here; [`Keys`] adds it.
///
/// After an error the prediction has what was seen: entities may be compared although the query for relationships failed.
///
/// # Errors
/// When JupiterOne does not say what it holds, returns fewer rows than it counts, or nothing at all to a key that may query
/// nothing.
pub(crate) async fn predict(
    client: &SyncClient,
    brings: &mut dyn Brings,
    types: &Types,
    kinds: &[ObjectKind],
    prediction: &mut Prediction,
) -> Result<(), NotHeld> {
    let mut first = None;
    for kind in kinds {
        match prediction.compare(client, brings, types, *kind).await {
            Ok(()) => {}
            Err(nothing @ NotHeld::NothingToAsk(_)) => {
                first.get_or_insert(nothing);
                break;
            }
            // The other kind may still show that another run brings objects.
            Err(failed) => {
                first.get_or_insert(failed);
            }
        }
    }
    prediction.keep_newer();
    prediction.keep_built_on_unknown(types);
    first.map_or(Ok(()), Err)
}

/// Compares the mapped relationships that a run brings with those that a stand-in for JupiterOne holds. `None` where
/// JupiterOne does not show them.
///
/// # Errors
/// When the stand-in does not respond as it should.
pub(crate) async fn predict_mapped(
    client: &SyncClient,
    brings: &mut dyn Brings,
    types: &Types,
) -> Result<Option<Prediction>, NotHeld> {
    let mut prediction = Prediction::default();
    let mut pages = HeldMapped::new(client);
    while let Some(page) = pages.next().await? {
        for object in page {
            let brought = brings.brings(&object).map_err(NotHeld::Failed)?;
            prediction.add(object, brought, types);
        }
    }
    Ok(pages.are_shown().then_some(prediction))
}

impl Prediction {
    /// Compares the objects of one kind.
    async fn compare(
        &mut self,
        client: &SyncClient,
        brings: &mut dyn Brings,
        types: &Types,
        kind: ObjectKind,
    ) -> Result<(), NotHeld> {
        let mut held = Held::new(client, kind)?;
        let count = held.count().await;
        while let Some(page) = held.next().await? {
            for object in page {
                let brought = brings.brings(&object).map_err(NotHeld::Failed)?;
                self.add(object, brought, types);
            }
        }
        // An API key that may see only some of the objects gets those, and no error.
        if let Some(count) = count.filter(|count| *count > held.rows()) {
            let rows = held.rows();
            let why = format!("the query returned {rows} objects, and JupiterOne counts {count}");
            return Err(NotHeld::Failed(not_held(&why)));
        }
        self.held += held.rows();
        // A stand-in need not count, and has nothing else to show.
        if client.is_stand_in() {
            return Ok(());
        }
        if count.is_none() {
            let rows = held.rows();
            let why = format!("the query returned {rows} objects, and JupiterOne did not count them");
            return Err(NotHeld::Failed(not_held(&why)));
        }
        // An instance without objects is new, unless the key cannot see them.
        if kind == ObjectKind::Entity && held.rows() == 0 && !held.sees_anything().await? {
            return Err(NotHeld::Failed(not_held("the key may query no entities of the account")));
        }
        Ok(())
    }

    /// Adds the changes of another prediction to the types of this one.
    pub fn absorb(&mut self, other: Self) {
        for (ty, change) in other.types {
            self.types.entry(ty).or_default().absorb(change);
        }
    }

    /// For a mode that deletes nothing.
    pub fn keep_all(&mut self) {
        for change in self.types.values_mut() {
            change.kept += std::mem::take(&mut change.delete);
            change.samples.delete.clear();
        }
    }

    /// Returns the number of entities that a finalize deletes.
    pub fn deleted_entities(&self) -> u64 {
        self.entities.iter().filter_map(|ty| self.types.get(ty)).map(|change| change.delete).sum()
    }

    /// Counts the objects of types that are kept because of a newer run.
    fn keep_newer(&mut self) {
        for ty in self.newer.keys() {
            keep(&mut self.types, ty);
        }
    }

    /// Counts the objects of types that are kept because what they are made of was not read.
    fn keep_built_on_unknown(&mut self, types: &Types) {
        for unknown in &self.unknown {
            for ty in types.built_on.get(unknown).into_iter().flatten() {
                keep(&mut self.types, ty);
                self.built_on_unknown.entry(ty.clone()).or_insert_with(|| unknown.clone());
            }
        }
    }

    fn add(&mut self, object: HeldObject, brought: Brought, types: &Types) {
        if brought == Brought::No && types.started.is_some_and(|started| object.changed > started) {
            self.newer.entry(object.ty.clone()).or_insert_with(|| object.key.clone());
        }
        let unknown = !types.declared.contains(&object.ty) && !types.retired.contains(&object.ty);
        if unknown && !self.unknown.contains(&object.ty) {
            self.unknown.insert(object.ty.clone());
        }
        let kept = unknown || types.partial.contains(&object.ty);
        if object.kind == ObjectKind::Entity && !self.entities.contains(&object.ty) {
            self.entities.insert(object.ty.clone());
        }
        let change = self.types.entry(object.ty).or_default();
        change.held += 1;
        match brought {
            Brought::Same => {}
            Brought::Changed => {
                change.update += 1;
                if change.samples.update.len() < SHOWN {
                    let sample =
                        ChangedObject { key: object.key, properties: Vec::new(), held: object.properties };
                    change.samples.update.push(sample);
                }
            }
            Brought::No if kept => change.kept += 1,
            Brought::No => {
                change.delete += 1;
                if change.samples.delete.len() < SHOWN {
                    change.samples.delete.push(object.key);
                }
            }
        }
    }
}

/// Counts what would be deleted of a type as kept.
fn keep(types: &mut BTreeMap<String, TypeChange>, ty: &str) {
    if let Some(change) = types.get_mut(ty) {
        change.kept += std::mem::take(&mut change.delete);
        change.samples.delete.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(kind: ObjectKind, ty: &str, key: usize, changed: i64) -> HeldObject {
        let (ty, key) = (ty.to_owned(), format!("{ty}:{key}"));
        HeldObject { kind, ty, key, class: Value::Null, properties: Map::new(), changed }
    }

    fn counts(change: &TypeChange) -> [u64; 4] {
        [change.held, change.update, change.delete, change.kept]
    }

    /// Twenty-four objects of each type, of which a run brings none, the same, and something else.
    fn predicted() -> Prediction {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let types = Types {
            declared: named(&["user", "group", "has"]),
            partial: named(&["group"]),
            retired: named(&["old"]),
            started: Some(100),
            ..Types::default()
        };
        let mut prediction = Prediction::default();
        for number in 0..24 {
            let brought = [Brought::No, Brought::No, Brought::Same, Brought::Changed][number % 4];
            for ty in ["user", "group", "old", "foreign"] {
                prediction.add(held(ObjectKind::Entity, ty, number, 100), brought, &types);
            }
            prediction.add(held(ObjectKind::Relationship, "has", number, 0), brought, &types);
        }
        prediction
    }

    #[test]
    fn missing_objects_are_deleted_unless_their_type_is_partial_or_unknown() {
        let prediction = predicted();
        for (ty, expected) in [
            ("user", [24, 6, 12, 0]),
            ("old", [24, 6, 12, 0]),
            ("has", [24, 6, 12, 0]),
            ("group", [24, 6, 0, 12]),
            ("foreign", [24, 6, 0, 12]),
        ] {
            assert_eq!(counts(&prediction.types[ty]), expected, "{ty}");
        }
        let samples = &prediction.types["user"].samples;
        assert_eq!(samples.delete, ["user:0", "user:1", "user:4", "user:5", "user:8"]);
        assert_eq!(samples.update.len(), SHOWN);
        assert_eq!(prediction.unknown, BTreeSet::from(["foreign".to_owned()]));
        assert_eq!(prediction.deleted_entities(), 24, "the users and what is retired");
        assert!(prediction.newer.is_empty(), "nothing came after the start");
    }

    #[test]
    fn objects_newer_than_the_job_protect_their_type() {
        let mut prediction = predicted();
        let types =
            Types { declared: BTreeSet::from(["user".to_owned()]), started: Some(100), ..Types::default() };
        prediction.add(held(ObjectKind::Entity, "user", 20, 101), Brought::Same, &types);
        assert!(prediction.newer.is_empty(), "this run brought it as well");
        prediction.add(held(ObjectKind::Entity, "user", 21, 101), Brought::No, &types);
        prediction.keep_newer();
        assert_eq!(prediction.newer["user"], "user:21");
        assert_eq!(counts(&prediction.types["user"]), [26, 6, 0, 13]);
        assert!(prediction.types["user"].samples.delete.is_empty());
    }

    #[test]
    fn predictions_add_up_and_a_mode_that_deletes_nothing_keeps_all() {
        let mut prediction = predicted();
        prediction.types.entry("user".to_owned()).or_default().create = 2;
        let mut other = predicted();
        other.types.entry("user".to_owned()).or_default().create = 3;
        other.types.entry("user".to_owned()).or_default().kept = 5;
        other.types.entry("user".to_owned()).or_default().mapped = 4;
        prediction.absorb(other);
        let user = &prediction.types["user"];
        assert_eq!(counts(user), [48, 12, 24, 5]);
        assert_eq!((user.create, user.mapped, user.samples.delete.len()), (5, 4, 10));
        prediction.keep_all();
        let user = &prediction.types["user"];
        assert_eq!((counts(user), user.samples.delete.len()), ([48, 12, 0, 29], 0));
        assert_eq!(prediction.deleted_entities(), 0);
    }
}
