//! Receipts: what each shard delivered, and when all of them are enough for a finalize.

use std::collections::BTreeMap;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::files::{JobFile, PlanFile, RunFiles, hash};
use super::part::Collected;
use super::store::damaged;
use crate::code;
use crate::jupiterone::TooLarge;
use crate::run::error::{RunError, RunErrorKind};

/// The receipt of one delivery of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    pub plan_hash: String,
    pub build: String,
    /// The job that it was delivered to.
    pub job: String,
    pub shard: usize,
    pub attempt: u64,
    pub collected: Collected,
    /// The entities and relationships that JupiterOne acknowledged.
    pub received: [u64; 2],
    /// Objects that JupiterOne takes in no request.
    pub too_large: Vec<TooLargeRecord>,
    /// The hash of everything else in this file.
    pub hash: String,
}

/// An object that JupiterOne takes in no request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TooLargeRecord {
    #[serde(rename = "type")]
    pub ty: String,
    pub key: String,
    pub bytes: usize,
    pub raw_data_only: bool,
}

impl TooLargeRecord {
    pub fn new(object: &TooLarge) -> Self {
        let (ty, key) = (object.ty.to_string(), object.key.clone());
        Self { ty, key, bytes: object.bytes, raw_data_only: object.raw_data_only }
    }

    /// Returns it as the uploader does.
    pub fn to_object(&self) -> TooLarge {
        let (ty, key) = (self.ty.as_str().into(), self.key.clone());
        TooLarge { ty, key, bytes: self.bytes, raw_data_only: self.raw_data_only }
    }
}

impl Receipt {
    /// Completes a receipt with its hash.
    pub fn sealed(mut self) -> Result<Self> {
        self.hash = self.own_hash()?;
        Ok(self)
    }

    fn own_hash(&self) -> Result<String> {
        let plain = Self { hash: String::new(), ..self.clone() };
        Ok(hash(&serde_json::to_vec(&plain)?))
    }

    /// Checks that it is whole, and a receipt of this plan and this job.
    fn check(&self, path: &str, shard: usize, plan: &PlanFile, job: &JobFile) -> Result<()> {
        if self.own_hash()? != self.hash || self.shard != shard {
            return Err(damaged(path, "its hash does not match what it says"));
        }
        if self.plan_hash != plan.plan_hash || self.build != plan.build {
            let message = format!(
                "{path} in the shard store was written for another plan or by another build; nothing was finalized"
            );
            return Err(Error::new(Kind::Upload, code::SHARD_BUILD, message));
        }
        if self.job != job.job {
            return Err(damaged(
                path,
                "it was delivered to another job, so job.json was lost and written again",
            ));
        }
        Ok(())
    }
}

/// Returns the name of a shard in the store.
pub(super) fn shard_name(shard: usize) -> String {
    format!("shard-{shard:04}")
}

/// Returns the receipt of a shard, if it has delivered.
///
/// # Errors
/// When a receipt is damaged, or one of another plan, build or job. Several receipts of one shard name the same part.
pub(super) async fn of_shard(
    files: &RunFiles,
    shard: usize,
    plan: &PlanFile,
    job: &JobFile,
) -> Result<Option<Receipt>> {
    let folder = files.path(&format!("receipts/{}", shard_name(shard)));
    let mut found: Option<Receipt> = None;
    for name in files.store.list(&folder).await? {
        let path = format!("{folder}/{name}");
        let Some(receipt) = files.store.document::<Receipt>(&path).await? else { continue };
        receipt.check(&path, shard, plan, job)?;
        if let Some(first) = &found
            && first.collected != receipt.collected
        {
            return Err(damaged(&path, "it names another part than the receipt before it"));
        }
        found.get_or_insert(receipt);
    }
    Ok(found)
}

/// The receipts of a run that may be finalized: every shard has one, or is missing by name and within what `--coverage` allows.
///
/// There is no other way to make one than [`CompleteSet::gather`].
pub(crate) struct CompleteSet {
    delivered: BTreeMap<usize, Receipt>,
    missing: Vec<usize>,
    coverage: u8,
}

impl CompleteSet {
    /// Reads the receipts of all shards.
    ///
    /// # Errors
    /// When a receipt cannot be relied on, or less than `least` percent of the work was delivered.
    pub async fn gather(
        files: &RunFiles,
        plan: &PlanFile,
        job: &JobFile,
        least: u8,
    ) -> Result<Self, RunError> {
        let (mut delivered, mut missing) = (BTreeMap::new(), Vec::new());
        for shard in &plan.shards {
            match of_shard(files, shard.id, plan, job).await.map_err(RunError::aborted)? {
                Some(receipt) => drop(delivered.insert(shard.id, receipt)),
                None => missing.push(shard.id),
            }
        }
        let there: Vec<usize> = delivered.keys().copied().collect();
        let coverage = u8::try_from(plan.tenths_of(&there) / 10).unwrap_or(100);
        if coverage >= least {
            return Ok(Self { delivered, missing, coverage });
        }
        let message = format!(
            "only {coverage}% of the work was delivered, and `--coverage` is {least}%: no receipt of {}; the job is aborted, \
             and nothing was changed. Look at the logs of these shards, and begin again with `shard plan`",
            listed(&missing)
        );
        Err(RunError::new(RunErrorKind::Aborted, Error::new(Kind::Upload, code::SHARD_COVERAGE, message)))
    }

    /// The receipts, by shard.
    pub fn receipts(&self) -> impl Iterator<Item = &Receipt> {
        self.delivered.values()
    }

    /// The shards without a receipt.
    pub fn missing(&self) -> &[usize] {
        &self.missing
    }

    /// The part of the work that was delivered, in percent.
    pub const fn coverage(&self) -> u8 {
        self.coverage
    }

    /// Identifies the set: what is made from it belongs to no other.
    pub fn basis(&self) -> String {
        let text: Vec<String> =
            self.delivered.iter().map(|(id, r)| format!("{id}:{}", r.collected.attempt)).collect();
        hash(text.join(",").as_bytes())
    }
}

/// Names shards in a message.
pub(super) fn listed(shards: &[usize]) -> String {
    let names: Vec<String> = shards.iter().take(10).map(|shard| format!("shard {shard}")).collect();
    let more = if shards.len() > names.len() {
        format!(" and {} more", shards.len() - names.len())
    } else {
        String::new()
    };
    format!("{}{more}", names.join(", "))
}
