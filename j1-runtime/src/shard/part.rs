//! The part of a run that one process collected: its objects, its keys, and what later processes need.
//!
//! Three files stand in the store before the document that names them, [`Collected`], so that one that is there is whole.

use std::collections::BTreeMap;

use bytes::Bytes;
use j1_core::Result;
use j1_core::graph::Type;
use serde::{Deserialize, Serialize};

use super::files::RunFiles;
use super::store::{Created, damaged};
use crate::collection::PartWriter;
use crate::collection::frames::FrameWriter;
use crate::collection::part::disk;
use crate::engine::{Carry, DisabledBy, Ledger, LeftOut, Partial, StepReport, StepStatus};
use crate::observe::progress::WaitedMs;

/// The files of a part, in the order in which they are written.
pub(super) const FILES: [&str; 3] = ["objects", "keys", "carry"];

/// The document of a part: what was collected, and where it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Collected {
    /// The name of the part: `root`, `shard-0003` or `reduce-…`.
    pub name: String,
    /// The folder of its files.
    pub attempt: String,
    /// The number of objects by `_type`.
    pub types: BTreeMap<String, u64>,
    /// The digest of the sorted keys with what stands behind each.
    pub digest: String,
    /// The entities and the relationships.
    pub objects: [u64; 2],
    /// The reports of the steps that ran.
    pub steps: Vec<StepRecord>,
    pub losses: LeftOut,
    /// The objects that belong to each entity of the shard.
    pub weights: BTreeMap<String, u64>,
}

/// The report of a step of one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepRecord {
    pub id: String,
    pub status: StepStatus,
    pub entities: u64,
    pub relationships: u64,
    pub requests: u64,
    pub retries: u64,
    pub duration_ms: u64,
    pub waited_ms: WaitedMs,
    pub partial: Vec<Partial>,
    pub settled: bool,
    pub disabled_reason: Option<DisabledBy>,
}

impl From<&StepReport> for StepRecord {
    fn from(report: &StepReport) -> Self {
        Self {
            id: report.id.to_owned(),
            status: report.status,
            entities: report.entities,
            relationships: report.relationships,
            requests: report.requests,
            retries: report.retries,
            duration_ms: report.duration_ms,
            waited_ms: report.waited_ms,
            partial: report.partial.clone(),
            settled: report.settled,
            disabled_reason: report.disabled_reason,
        }
    }
}

/// Writes a part to the store.
pub(super) async fn store(
    files: &RunFiles,
    name: &str,
    writer: PartWriter,
    (steps, ledger): (Vec<StepRecord>, Ledger),
    carry: Vec<u8>,
) -> Result<Collected> {
    let written = writer.finish()?;
    let collected = Collected {
        name: name.to_owned(),
        attempt: uuid::Uuid::new_v4().to_string(),
        types: written.types,
        digest: written.digest,
        objects: written.counts,
        steps,
        losses: ledger.left_out,
        weights: written.weights,
    };
    for (file, bytes) in FILES.into_iter().zip([written.objects, written.keys, carry.into()]) {
        let path = collected.path(files, file);
        if let Created::Other(_) = files.store.create(&path, bytes).await? {
            return Err(damaged(&path, "another process wrote it"));
        }
    }
    Ok(collected)
}

impl Collected {
    /// Returns the place of one of its files.
    pub fn path(&self, files: &RunFiles, file: &str) -> String {
        path(files, &self.name, &self.attempt, file)
    }

    /// Reads one of its files.
    pub async fn read(&self, files: &RunFiles, file: &str) -> Result<Bytes> {
        let path = self.path(files, file);
        let missing = || damaged(&path, "it is missing, although what names it is there");
        files.store.get(&path).await?.ok_or_else(missing)
    }

    /// Makes this the part of its name, unless there is one; returns the one that counts.
    pub async fn publish(self, files: &RunFiles) -> Result<Self> {
        let path = files.path(&format!("parts/{}.json", self.name));
        match files.store.create_document(&path, &self).await? {
            Created::Mine => Ok(self),
            Created::Other(winner) => Ok(winner),
        }
    }

    /// The part of this name, if there is one.
    pub async fn published(files: &RunFiles, name: &str) -> Result<Option<Self>> {
        files.store.document(&files.path(&format!("parts/{name}.json"))).await
    }
}

/// Returns the place of a file of an attempt at a part.
pub(super) fn path(files: &RunFiles, name: &str, attempt: &str, file: &str) -> String {
    files.path(&format!("parts/{name}/{attempt}/{file}.gz"))
}

/// Encodes what later processes need of a part.
pub(super) fn encode_carry(
    carry: &Carry,
    types: &[(Type, String)],
    step_ids: &[&'static str],
) -> Result<Vec<u8>> {
    let mut out = FrameWriter::new(Vec::new());
    for (ty, name) in types {
        carry.each(*ty, &mut |key, json| {
            out.write(&[b"s", name.as_bytes(), key.as_bytes(), json]).map_err(disk)
        })?;
    }
    let id = |step: usize| step_ids.get(step).copied().unwrap_or_default().as_bytes();
    carry.edges(&mut |edge| {
        let [ty, key, from, to] = [&edge.ty, &edge.key, &edge.from, &edge.to].map(String::as_bytes);
        out.write(&[b"p", id(edge.step), ty, key, from, to, &edge.json, &[u8::from(edge.expected)]])
            .map_err(disk)
    })?;
    for (step, ty, key) in &carry.missed {
        out.write(&[b"l", id(*step), &ty.to_le_bytes(), key.as_bytes()]).map_err(disk)?;
    }
    out.finish().map_err(disk)
}
