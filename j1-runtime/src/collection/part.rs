//! The objects of one process of a sharded run, on disk while they are collected.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::shared::inserted;
use j1_core::{Error, Result};
use serde::Deserialize;
use tempfile::NamedTempFile;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::code;
use crate::collection::frames::FrameWriter;
use crate::jupiterone::Batch;

/// Writes the objects of a part while they are collected.
pub(crate) struct PartWriter(Mutex<Writing>);

struct Writing {
    objects: FrameWriter<NamedTempFile>,
    keys: FrameWriter<NamedTempFile>,
    hashes: Vec<u128>,
    types: BTreeMap<String, u64>,
    counts: [u64; 2],
    /// The entities of the shard, with the relationships that end at each.
    weights: HashMap<String, u64>,
}

/// The ends of a relationship.
#[derive(Deserialize)]
struct Ends {
    #[serde(rename = "_fromEntityKey")]
    from: Option<String>,
    #[serde(rename = "_toEntityKey")]
    to: Option<String>,
}

/// The files of a part, and what they hold.
pub(crate) struct WrittenPart {
    pub objects: Bytes,
    pub keys: Bytes,
    /// The digest of the sorted keys with what stands behind each.
    pub digest: String,
    /// The number of objects by `_type`.
    pub types: BTreeMap<String, u64>,
    /// The entities and the relationships.
    pub counts: [u64; 2],
    /// The objects that belong to each entity of the shard.
    pub weights: BTreeMap<String, u64>,
}

impl PartWriter {
    /// Begins a part. What ends at these entities is counted for each of them.
    pub fn new(entities: &[String]) -> Result<Self> {
        Ok(Self(Mutex::new(Writing {
            objects: temporary()?,
            keys: temporary()?,
            hashes: Vec::new(),
            types: BTreeMap::new(),
            counts: [0; 2],
            weights: entities.iter().map(|key| (key.clone(), 1)).collect(),
        })))
    }

    /// Takes a batch of a step's objects.
    pub fn take(&self, step: &str, kind: ObjectKind, batch: &Batch) -> Result<()> {
        let mut writing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for object in batch.parts() {
            let (word, content) = (kind_word(kind), xxh3_64(&object.json).to_le_bytes());
            let head = [word, step.as_bytes(), object.ty.as_bytes(), object.key.as_bytes()];
            let [a, b, c, d] = head;
            let written = match object.raw_data {
                Some(raw_data) => writing.objects.write(&[a, b, c, d, &object.json, raw_data]),
                None => writing.objects.write(&[a, b, c, d, &object.json]),
            };
            written.and_then(|()| writing.keys.write(&[a, b, c, d, &content])).map_err(disk)?;
            writing.hashes.push(key_hash(&[a, b, c, d, &content]));
            *writing.types.entry(object.ty.to_string()).or_default() += 1;
            writing.counts[usize::from(kind == ObjectKind::Relationship)] += 1;
            if kind == ObjectKind::Relationship && !writing.weights.is_empty() {
                let ends: Ends = serde_json::from_slice(&object.json)?;
                for end in [ends.from, ends.to].into_iter().flatten() {
                    if let Some(weight) = writing.weights.get_mut(&end) {
                        *weight += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// Ends the part.
    pub fn finish(self) -> Result<WrittenPart> {
        let Writing { objects, keys, hashes, types, counts, weights } =
            self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(WrittenPart {
            objects: read(objects)?,
            keys: read(keys)?,
            digest: digest(hashes),
            types,
            counts,
            weights: spread(weights, counts),
        })
    }
}

/// Divides the objects of a shard among its entities, in the proportion of the relationships that end at each.
fn spread(ends: HashMap<String, u64>, counts: [u64; 2]) -> BTreeMap<String, u64> {
    let (all, objects) = (ends.values().sum::<u64>().max(1), counts[0] + counts[1]);
    inserted(ends.into_iter().map(|(key, ends)| (key, (objects * ends).div_ceil(all).max(1))))
}

/// Returns the hash of a key and what stands behind it.
pub(crate) fn key_hash(parts: &[&[u8]]) -> u128 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.digest128()
}

/// Returns the digest of keys, in whatever order they came.
pub(crate) fn digest(mut hashes: Vec<u128>) -> String {
    hashes.sort_unstable();
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    format!("{:032x}", xxh3_128(&bytes))
}

pub(crate) const fn kind_word(kind: ObjectKind) -> &'static [u8] {
    match kind {
        ObjectKind::Entity => b"e",
        ObjectKind::Relationship => b"r",
    }
}

fn temporary() -> Result<FrameWriter<NamedTempFile>> {
    NamedTempFile::with_prefix("j1-shard-").map(FrameWriter::new).map_err(disk)
}

fn read(writer: FrameWriter<NamedTempFile>) -> Result<Bytes> {
    let mut file = writer.finish().map_err(disk)?;
    file.flush().map_err(disk)?;
    std::fs::read(file.path()).map(Bytes::from).map_err(disk)
}

pub(crate) fn disk(error: std::io::Error) -> Error {
    let message = "what a shard collects cannot be kept in the temporary folder";
    Error::new(Kind::Other, code::DISK, message).caused_by(error)
}
