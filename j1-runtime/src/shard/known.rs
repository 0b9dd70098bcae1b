//! Reads the parts of other processes: their keys, their stored entities, their objects.

use std::collections::{BTreeSet, HashMap, HashSet};

use j1_core::Result;
use j1_core::graph::{Naming, ObjectKind, ObjectMeta, Type};
use j1_core::shared::inserted;
use j1_core::step::Phase;

use super::files::RunFiles;
use super::part::Collected;
use super::store::damaged;
use crate::collection::frames::FrameReader;
use crate::collection::part::{digest, key_hash};
use crate::engine::CarriedEdge;
use crate::run::program::Program;

/// The steps and the types of the integration, by the names that files have for them.
pub(super) struct Names {
    pub ids: Vec<&'static str>,
    pub types: HashMap<String, Type>,
    /// The phase of each step.
    pub phases: &'static [Phase],
    /// The type that the shards are cut along.
    pub cut: Type,
    emitted: Vec<HashSet<u64>>,
    /// The types that each step reads back.
    read: Vec<HashSet<u64>>,
}

/// A key of a part.
pub(super) struct KeyLine {
    pub kind: ObjectKind,
    pub step: usize,
    pub ty: Type,
    pub key: String,
    pub content: u64,
}

/// A record that is carried from one process to later ones.
pub(super) enum Carried {
    Stored { ty: Type, key: String, json: Vec<u8> },
    Edge(CarriedEdge),
    Missed { step: usize, ty: u64, key: String },
}

/// An object of a part.
pub(super) struct PartObject {
    pub kind: ObjectKind,
    pub ty: String,
    pub key: String,
    pub json: Vec<u8>,
    pub raw_data: Option<Vec<u8>>,
}

impl Names {
    /// Returns `None` if the integration has no shards.
    pub fn new(program: &'static Program, naming: &Naming) -> Option<Self> {
        let cut = program.shards?;
        let emits = program.steps.iter().flat_map(|step| step.emits).map(ObjectMeta::ty);
        let reads = program.steps.iter().flat_map(|step| step.reads).map(|read| read.ty);
        Some(Self {
            ids: program.steps.iter().map(|step| step.id).collect(),
            types: emits.chain(reads).map(|ty| (ty.name(naming), ty)).collect(),
            phases: cut.phases,
            cut: cut.ty,
            emitted: program
                .steps
                .iter()
                .map(|step| step.emits.iter().map(|o| o.ty().hash).collect())
                .collect(),
            read: program
                .steps
                .iter()
                .map(|step| step.reads.iter().filter(|r| r.store.is_some()).map(|r| r.ty.hash).collect())
                .collect(),
        })
    }

    /// The steps of the other phases.
    pub fn elsewhere(&self, phase: Phase) -> BTreeSet<usize> {
        inserted((0..self.phases.len()).filter(|step| self.phases[*step] != phase))
    }

    /// The types that steps of this phase emit.
    pub fn emitted(&self, phase: Phase) -> HashSet<u64> {
        self.types_of(phase, &self.emitted)
    }

    /// The types that steps of this phase read back.
    pub fn read(&self, phase: Phase) -> HashSet<u64> {
        self.types_of(phase, &self.read)
    }

    fn types_of(&self, phase: Phase, sets: &[HashSet<u64>]) -> HashSet<u64> {
        let sets = self.phases.iter().zip(sets).filter(|(of, _)| **of == phase);
        sets.flat_map(|(_, types)| types).copied().collect()
    }

    /// The types with these hashes, with their names.
    pub fn named(&self, hashes: &HashSet<u64>) -> Vec<(Type, String)> {
        let mut named: Vec<_> = self
            .types
            .iter()
            .filter(|(_, ty)| hashes.contains(&ty.hash))
            .map(|(name, ty)| (*ty, name.clone()))
            .collect();
        named.sort_unstable_by(|a, b| a.1.cmp(&b.1));
        named
    }

    pub fn step(&self, id: &[u8]) -> Option<usize> {
        self.ids.iter().position(|known| known.as_bytes() == id)
    }

    fn ty(&self, name: &[u8]) -> Option<Type> {
        self.types.get(std::str::from_utf8(name).ok()?).copied()
    }
}

fn kind(word: &[u8]) -> Option<ObjectKind> {
    match word {
        b"e" => Some(ObjectKind::Entity),
        b"r" => Some(ObjectKind::Relationship),
        _ => None,
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

/// Takes the fields of a record; `None` for one that it does not know.
type Take<'a> = dyn FnMut(&[Vec<u8>]) -> Result<Option<()>> + Send + 'a;

/// Reads the records of a file of a part.
async fn records(files: &RunFiles, part: &Collected, file: &str, take: &mut Take<'_>) -> Result<()> {
    let (bytes, path) = (part.read(files, file).await?, part.path(files, file));
    let mut reader = FrameReader::new(&bytes[..]);
    loop {
        let record =
            reader.next().map_err(|error| damaged(&path, "it was cut off or changed").caused_by(error))?;
        let Some(record) = record else { return Ok(()) };
        if take(&record)?.is_none() {
            return Err(damaged(&path, "it has a record that this build does not know"));
        }
    }
}

/// Gives each key of a part to `take`, and checks them against the digest.
pub(super) async fn keys(
    files: &RunFiles,
    names: &Names,
    part: &Collected,
    take: &mut (dyn FnMut(KeyLine) -> Result<()> + Send),
) -> Result<()> {
    let (mut hashes, mut counts) = (Vec::new(), [0, 0]);
    records(files, part, "keys", &mut |record| {
        let [word, step, ty, key, content] = record else { return Ok(None) };
        hashes.push(key_hash(&[word, step, ty, key, content]));
        let line = || {
            Some(KeyLine {
                kind: kind(word)?,
                step: names.step(step)?,
                ty: names.ty(ty)?,
                key: text(key)?,
                content: u64::from_le_bytes(content.as_slice().try_into().ok()?),
            })
        };
        let Some(line) = line() else { return Ok(None) };
        counts[usize::from(line.kind == ObjectKind::Relationship)] += 1;
        take(line).map(Some)
    })
    .await?;
    if digest(hashes) == part.digest && counts == part.objects {
        return Ok(());
    }
    Err(damaged(&part.path(files, "keys"), "its keys are not those that were counted"))
}

/// Gives each carried record of a part to `take`.
pub(super) async fn carried(
    files: &RunFiles,
    names: &Names,
    part: &Collected,
    take: &mut (dyn FnMut(Carried) -> Result<()> + Send),
) -> Result<()> {
    records(files, part, "carry", &mut |record| {
        let read = || match record {
            [word, ty, key, json] if word == b"s" => {
                Some(Carried::Stored { ty: names.ty(ty)?, key: text(key)?, json: json.clone() })
            }
            [word, step, ty, key, from, to, json, expected] if word == b"p" => {
                Some(Carried::Edge(CarriedEdge {
                    step: names.step(step)?,
                    ty: text(ty)?,
                    key: text(key)?,
                    from: text(from)?,
                    to: text(to)?,
                    expected: expected == &[1],
                    json: json.clone(),
                }))
            }
            [word, step, ty, key] if word == b"l" => Some(Carried::Missed {
                step: names.step(step)?,
                ty: u64::from_le_bytes(ty.as_slice().try_into().ok()?),
                key: text(key)?,
            }),
            _ => None,
        };
        let Some(carried) = read() else { return Ok(None) };
        take(carried).map(Some)
    })
    .await
}

/// Reads the objects of a part, one at a time.
pub(super) struct Objects<'b> {
    reader: FrameReader<&'b [u8]>,
    path: String,
    left: u64,
}

impl<'b> Objects<'b> {
    /// Begins with the first object in `bytes`, the file `objects` of the part.
    pub fn new(files: &RunFiles, part: &Collected, bytes: &'b [u8]) -> Self {
        let path = part.path(files, "objects");
        Self { reader: FrameReader::new(bytes), path, left: part.objects[0] + part.objects[1] }
    }

    /// The next object; `None` at the end.
    pub fn next(&mut self) -> Result<Option<PartObject>> {
        let cut = |error| damaged(&self.path, "it was cut off or changed").caused_by(error);
        let Some(record) = self.reader.next().map_err(cut)? else {
            return match self.left {
                0 => Ok(None),
                _ => Err(damaged(&self.path, "it has fewer objects than were counted")),
            };
        };
        self.left = self.left.saturating_sub(1);
        let mut parts = record.into_iter();
        let mut read = || {
            let (word, _, ty, key) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            let (ty, key) = (String::from_utf8(ty).ok()?, String::from_utf8(key).ok()?);
            Some(PartObject { kind: kind(&word)?, ty, key, json: parts.next()?, raw_data: parts.next() })
        };
        read().map(Some).ok_or_else(|| damaged(&self.path, "it has a record that this build does not know"))
    }
}
