//! Finds the objects of a collection that JupiterOne would refuse: they are left out and named, as a run does, instead of
//! making JupiterOne refuse the batches that they are in.

use std::collections::{BTreeMap, HashMap, HashSet};

use j1_core::Result;
use j1_core::graph::{ObjectKind, summarize_violations};
use j1_core::validate::{self, Layer, Violation};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::code;
use crate::collection::{Collection, Stored};
use crate::engine::{Dropped, Ledger};

/// The findings about a collection.
pub(super) struct Inspection {
    /// The numbers of objects to be sent, and those that are left out.
    pub ledger: Ledger,
    /// The types of objects that are left out, and why.
    pub partial: BTreeMap<String, String>,
    /// The positions of the objects that are left out, in the order of the collection.
    left_out: HashSet<u64>,
}

/// A relationship whose ends are still to be found.
struct Edge {
    position: u64,
    ends: [u128; 2],
}

impl Inspection {
    /// Inspects every object. With `ends`, the ends of a relationship must be in the collection; without it, they may be
    /// in JupiterOne or come from others.
    ///
    /// # Errors
    /// When the collection cannot be read, or is not whole.
    pub fn new(collection: &Collection, ends: bool) -> Result<Self> {
        let mut inspection =
            Self { ledger: Ledger::default(), partial: BTreeMap::new(), left_out: HashSet::new() };
        let (mut position, mut seen, mut edges) = (0, HashMap::new(), Vec::new());
        collection.each(|kind, json, stored| {
            let object: Map<String, Value> = serde_json::from_str(json)?;
            let key = (kind == ObjectKind::Relationship, xxh3_128(stored.key.as_bytes()));
            let content = xxh3_64(json.as_bytes());
            if let Some((code, reason)) = refusal(kind, &object) {
                inspection.leave_out(position, &stored, code, reason, true);
            } else if let Some(first) = seen.get(&key) {
                let again = *first == content;
                let reason = "an object with this key comes before it, and a `_key` stands for one thing";
                if again {
                    inspection.left_out.insert(position);
                } else {
                    inspection.leave_out(
                        position,
                        &stored,
                        code::DUPLICATE.to_string(),
                        reason.to_owned(),
                        true,
                    );
                }
            } else {
                seen.insert(key, content);
                inspection.ledger.count(&stored.ty);
                if let Some(ends) = ends_of(&object).filter(|_| ends) {
                    edges.push(Edge { position, ends });
                }
            }
            position += 1;
            Ok(())
        })?;
        let held = |end: &u128| seen.contains_key(&(false, *end));
        let dangling: HashSet<u64> =
            edges.iter().filter(|edge| !edge.ends.iter().all(held)).map(|edge| edge.position).collect();
        inspection.leave_out_dangling(collection, &dangling)?;
        Ok(inspection)
    }

    /// Returns `true` if the object at this position is to be sent.
    pub fn sends(&self, position: u64) -> bool {
        !self.left_out.contains(&position)
    }

    /// Leaves out relationships whose ends are not in the collection. They make their type partial if the end may be among
    /// what is missing.
    fn leave_out_dangling(&mut self, collection: &Collection, dangling: &HashSet<u64>) -> Result<()> {
        if dangling.is_empty() {
            return Ok(());
        }
        let partial = !(self.partial.is_empty() && collection.contents.partial.is_empty());
        let mut position = 0;
        collection.each(|_, _, stored| {
            if dangling.contains(&position) {
                let reason = "one of its ends is not in the collection".to_owned();
                self.ledger.discount(&stored.ty);
                self.leave_out(position, &stored, code::DANGLING.to_string(), reason, partial);
            }
            position += 1;
            Ok(())
        })?;
        Ok(())
    }

    fn leave_out(&mut self, position: u64, stored: &Stored<'_>, code: String, reason: String, partial: bool) {
        let (ty, key) = (stored.ty.clone(), stored.key.clone());
        if partial {
            self.partial.entry(ty.clone()).or_insert_with(|| format!("`{ty}` {key} was left out: {reason}"));
        }
        self.ledger.drop_object(Dropped { ty, key, code, reason });
        self.left_out.insert(position);
    }
}

/// Returns why JupiterOne would refuse an object. Rules of the data model alone do not count: an official collection may
/// break them, and JupiterOne takes it all the same.
fn refusal(kind: ObjectKind, object: &Map<String, Value>) -> Option<(String, String)> {
    let violations = match kind {
        ObjectKind::Entity => validate::entity(object),
        ObjectKind::Relationship if object.contains_key("_mapping") => validate::mapped_relationship(object),
        ObjectKind::Relationship => validate::relationship(object),
    };
    let refused: Vec<Violation> =
        violations.into_iter().filter(|wrong| wrong.layer == Layer::Upload).collect();
    (!refused.is_empty()).then(|| {
        let (code, reason) = summarize_violations(&refused);
        (code.to_string(), reason)
    })
}

/// Returns the keys of both ends of a relationship of one scope, hashed.
fn ends_of(object: &Map<String, Value>) -> Option<[u128; 2]> {
    if object.contains_key("_fromEntityScope") || object.contains_key("_toEntityScope") {
        return None;
    }
    let end = |name: &str| Some(xxh3_128(object.get(name)?.as_str()?.as_bytes()));
    Some([end("_fromEntityKey")?, end("_toEntityKey")?])
}
