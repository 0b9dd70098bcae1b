//! Finds the objects of a collection that JupiterOne would refuse: they are left out and named, as a run does, instead of
//! making JupiterOne refuse the batches that they are in.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::{ObjectKind, summarize_violations};
use j1_core::validate::{self, Layer, Violation};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::code;
use crate::collection::{Collection, Stored};
use crate::disk::{Checked, point};
use crate::engine::{Dropped, Ledger};
use crate::index::{Budget, Digest, DiskMap, Entry, unusable};

/// The findings about a collection.
pub(super) struct Inspection {
    /// The numbers of objects to be sent, and those that are left out.
    pub ledger: Ledger,
    /// The types of objects that are left out, and why.
    pub partial: BTreeMap<String, String>,
    /// The positions of the objects that are left out, in the order of the collection.
    left_out: Positions,
}

/// Positions in a collection.
struct Positions(DiskMap<Digest>);

impl Positions {
    fn insert(&mut self, position: u64) -> Result<()> {
        let digest = spread(position);
        self.0.insert(digest.address(), digest).map(drop).map_err(unusable)
    }

    fn contains(&mut self, position: u64) -> Result<bool> {
        Ok(self.0.find(spread(position).address()).map_err(unusable)?.is_some())
    }
}

/// Spreads positions over all numbers, each to another one.
const fn spread(position: u64) -> Digest {
    Digest::new((position + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Relationships whose ends come later or not at all: on disk, since it can be all of a collection.
struct Edges(Option<BufWriter<Checked<File>>>);

/// A relationship whose ends are still to be found: its position and the hashes of its ends.
type Edge = (u64, [u128; 2]);

/// The bytes of an edge in the file.
const EDGE: usize = 8 + 2 * 16;

impl Edges {
    fn push(&mut self, (position, [from, to]): Edge) -> io::Result<()> {
        let file = match &mut self.0 {
            Some(file) => file,
            None => {
                let file = point("create").and_then(|()| tempfile::tempfile())?;
                self.0.insert(BufWriter::new(Checked(file)))
            }
        };
        file.write_all(&position.to_le_bytes())?;
        file.write_all(&from.to_le_bytes())?;
        file.write_all(&to.to_le_bytes())
    }

    /// Gives each one to `take`.
    fn each(self, mut take: impl FnMut(Edge) -> Result<()>) -> Result<()> {
        let Some(file) = self.0 else { return Ok(()) };
        let Checked(mut file) = file.into_inner().map_err(|error| unusable(error.into_error()))?;
        let length =
            file.stream_position().and_then(|length| file.rewind().map(|()| length)).map_err(unusable)?;
        let mut file = BufReader::new(Checked(file));
        for _ in 0..length / EDGE as u64 {
            let (mut position, mut from, mut to) = ([0; 8], [0; 16], [0; 16]);
            let mut fill = |bytes: &mut [u8]| file.read_exact(bytes).map_err(unusable);
            fill(&mut position)?;
            fill(&mut from)?;
            fill(&mut to)?;
            take((u64::from_le_bytes(position), [from, to].map(u128::from_le_bytes)))?;
        }
        Ok(())
    }
}

impl Inspection {
    /// Inspects every object. With `ends`, the ends of a relationship must be in the collection; without it, they may be
    /// in JupiterOne or come from others.
    ///
    /// # Errors
    /// When the collection cannot be read, or is not whole.
    pub fn new(collection: &Collection, ends: bool, memory: &Arc<Budget>) -> Result<Self> {
        let positions = || Positions(DiskMap::new(Arc::clone(memory)));
        let mut inspection =
            Self { ledger: Ledger::default(), partial: BTreeMap::new(), left_out: positions() };
        let (mut position, mut seen, mut edges) = (0, Seen(DiskMap::new(Arc::clone(memory))), Edges(None));
        collection.each(|kind, json, stored| {
            let object: Map<String, Value> = serde_json::from_str(json)?;
            if let Some((code, reason)) = refusal(kind, &object) {
                inspection.leave_out(position, &stored, code, reason, true)?;
            } else if let Some(again) = seen.insert(kind, &stored.key, json)? {
                let reason = "an object with this key comes before it, and a `_key` stands for one thing";
                if again {
                    inspection.left_out.insert(position)?;
                    if collection.contents.are_counted() {
                        inspection.doubt_copy(&stored);
                    }
                } else {
                    inspection.leave_out(
                        position,
                        &stored,
                        code::DUPLICATE.to_string(),
                        reason.to_owned(),
                        true,
                    )?;
                }
            } else {
                inspection.ledger.count(&stored.ty, 1);
                if let Some(ends) = ends_of(&object).filter(|_| ends) {
                    edges.push((position, ends)).map_err(unusable)?;
                }
            }
            position += 1;
            Ok(())
        })?;
        let (mut dangling, mut are_some) = (positions(), false);
        edges.each(|(position, [from, to])| {
            if !(seen.has_entity(from)? && seen.has_entity(to)?) {
                are_some = true;
                dangling.insert(position)?;
            }
            Ok(())
        })?;
        if are_some {
            inspection.leave_out_dangling(collection, dangling)?;
        }
        Ok(inspection)
    }

    /// Returns `true` if the object at this position is to be sent.
    pub fn sends(&mut self, position: u64) -> Result<bool> {
        Ok(!self.left_out.contains(position)?)
    }

    /// Leaves out relationships whose ends are not in the collection. They make their type partial if the end may be among
    /// what is missing, and all types if a file may be missing that nothing counts.
    fn leave_out_dangling(&mut self, collection: &Collection, mut dangling: Positions) -> Result<()> {
        let explained = !(self.partial.is_empty() && collection.contents.partial.is_empty());
        let lacks_files = !explained && !collection.contents.are_counted();
        for ty in self.ledger.types.keys().filter(|_| lacks_files) {
            let reason = "the collection does not say how many objects it has, and one of its relationships ends at an object that \
                          is not there: a file may be missing";
            self.partial.entry(ty.clone()).or_insert_with(|| reason.to_owned());
        }
        let partial = explained || lacks_files;
        let mut position = 0;
        collection.each(|_, _, stored| {
            if dangling.contains(position)? {
                let reason = "one of its ends is not in the collection".to_owned();
                self.ledger.discount(&stored.ty);
                self.leave_out(position, &stored, code::DANGLING.to_string(), reason, partial)?;
            }
            position += 1;
            Ok(())
        })?;
        Ok(())
    }

    /// A copy that the counts of the collection include: whoever wrote it counts each object once, so the copy stands where
    /// another object was, as if one file had been written over another.
    fn doubt_copy(&mut self, stored: &Stored<'_>) {
        let Stored { ty, key, .. } = stored;
        self.partial.entry(ty.clone()).or_insert_with(|| {
            format!("`{ty}` {key} comes twice, and the collection counts both: another object may be missing")
        });
    }

    fn leave_out(
        &mut self,
        position: u64,
        stored: &Stored<'_>,
        code: String,
        reason: String,
        partial: bool,
    ) -> Result<()> {
        let (ty, key) = (stored.ty.clone(), stored.key.clone());
        if partial {
            self.partial.entry(ty.clone()).or_insert_with(|| format!("`{ty}` {key} was left out: {reason}"));
        }
        self.ledger.drop_object(Dropped { ty, key, code, reason });
        self.left_out.insert(position)
    }
}

/// The objects that came before.
struct Seen(DiskMap<Entry>);

impl Seen {
    /// Adds an object; if one with its key came before it, returns `true` if that is the same one.
    fn insert(&mut self, kind: ObjectKind, key: &str, json: &str) -> Result<Option<bool>> {
        let hash = xxh3_128(key.as_bytes());
        let at = Entry::address(if kind == ObjectKind::Relationship { !hash } else { hash });
        let content = xxh3_64(json.as_bytes());
        let held = self.0.insert(at, Entry::with_content(at, content, 0)).map_err(unusable)?;
        Ok(held.map(|held| held.has_content(content)))
    }

    fn has_entity(&mut self, hash: u128) -> Result<bool> {
        Ok(self.0.find(Entry::address(hash)).map_err(unusable)?.is_some())
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
