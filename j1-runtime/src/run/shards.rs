//! The progress of a sharded run, as its commands report it.

use serde::Serialize;

/// A sharded run.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardSummary {
    /// The number of the run in its store.
    pub run: u64,
    /// The hash of the plan.
    pub plan_hash: String,
    /// The phase: `planned`, `open`, `working`, `closing`, `finalized`, `aborted` or `discarded`.
    pub phase: String,
    /// The number of shards.
    pub total: usize,
    /// The shards that delivered; for a worker, those that it was to deliver.
    pub delivered: Vec<usize>,
    /// The shards that did not deliver.
    pub missing: Vec<usize>,
    /// The part of the work that was delivered, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<u8>,
    /// A forecast of the speed: if shards will help.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forecast: Vec<String>,
    /// The shards one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shards: Vec<ShardProgress>,
}

/// The progress of one shard.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardProgress {
    /// Its number.
    pub id: usize,
    /// `waiting`, `collecting`, `uploading` or `delivered`.
    pub state: &'static str,
    /// The entities that it was cut along.
    pub keys: usize,
    /// Its expected share of the work.
    pub weight: u64,
    /// The number of times that a worker began it.
    pub attempts: usize,
    /// Entities that it collected.
    pub entities: u64,
    /// Relationships that it collected.
    pub relationships: u64,
}
