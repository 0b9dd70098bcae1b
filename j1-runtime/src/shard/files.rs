//! The documents of a run, and where they stand in the store.

use std::collections::BTreeMap;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::part::Collected;
use super::store::{Created, Store, damaged};
use crate::code;
use crate::jupiterone::{Source, SyncMode};
use crate::run::summary::{Status, Summary};

/// The format of the files; another one is another build's.
const FORMAT: u32 = 1;

/// A shard: the entities whose work one worker does at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shard {
    /// Its number, from 0.
    pub id: usize,
    /// The `_key`s of its entities.
    pub keys: Vec<String>,
    /// Its expected share of the work.
    pub weight: u64,
}

/// The plan of a run: `plan.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanFile {
    pub format: u32,
    /// The number of the run in the store.
    pub run: u64,
    /// The hash of everything else in this file.
    pub plan_hash: String,
    /// The build that made the plan: only the same one may work on it.
    pub build: String,
    pub integration: String,
    pub integration_type: String,
    /// The shards that were asked for; there may be fewer entities.
    pub requested: usize,
    pub shards: Vec<Shard>,
    /// The part that the root steps collected.
    pub root: Collected,
}

/// The job of a run: `job.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobFile {
    pub plan_hash: String,
    /// The job's id in JupiterOne.
    pub job: String,
    /// The instance, or the scope of the source `api`.
    pub scope: String,
    pub source: String,
    pub sync_mode: String,
}

/// The end of a run: `closed.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClosedFile {
    pub plan_hash: String,
    /// `finalized`, `aborted` or `discarded`.
    pub how: String,
    /// The objects of each entity that the shards are cut along, for the weights of later plans.
    pub weights: BTreeMap<String, u64>,
    /// The types that were partial in the finalize.
    #[serde(default)]
    pub partial: Vec<String>,
    /// `true` if everything was read.
    #[serde(default)]
    pub complete: bool,
}

impl ClosedFile {
    /// The end of the run with this plan, in which nothing was read.
    pub fn new(plan_hash: &str, how: &str) -> Self {
        Self { plan_hash: plan_hash.to_owned(), how: how.to_owned(), ..Self::default() }
    }

    /// As complete as both.
    fn and(mut self, other: Self) -> Self {
        self.complete &= other.complete;
        self.partial.extend(other.partial);
        self.partial.sort_unstable();
        self.partial.dedup();
        self
    }

    /// Notes how complete the run was.
    pub fn read_as(mut self, summary: &Summary) -> Self {
        self.partial.clone_from(&summary.partial_datasets.types);
        self.complete = summary.status == Status::Complete;
        self
    }
}

/// A run in the store.
#[derive(Clone)]
pub(crate) struct RunFiles {
    pub store: Store,
    pub number: u64,
}

impl RunFiles {
    /// The run with the highest number; `None` in an empty store.
    pub async fn last(store: &Store) -> Result<Option<Self>> {
        let numbers = store.list("runs").await?;
        let last = numbers.iter().filter_map(|name| name.parse::<u64>().ok()).max();
        Ok(last.map(|number| Self { store: store.clone(), number }))
    }

    /// The last run, which must have a plan and not be closed.
    pub async fn current(store: &Store) -> Result<(Self, PlanFile)> {
        let missing = || order("the shard store has no plan; run `shard plan` first");
        let files = Self::last(store).await?.ok_or_else(missing)?;
        let plan = files.plan().await?.ok_or_else(missing)?;
        Ok((files, plan))
    }

    /// Returns the place of a file of this run.
    pub fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder())
    }

    fn folder(&self) -> String {
        format!("runs/{:08}", self.number)
    }

    pub async fn plan(&self) -> Result<Option<PlanFile>> {
        let path = self.path("plan.json");
        let plan: Option<PlanFile> = self.store.document(&path).await?;
        match plan {
            Some(plan) if plan.hash()? != plan.plan_hash => {
                Err(damaged(&path, "its hash does not match what it says"))
            }
            plan => Ok(plan),
        }
    }

    pub async fn job(&self) -> Result<Option<JobFile>> {
        self.store.document(&self.path("job.json")).await
    }

    /// The job, which must have been opened.
    pub async fn opened_job(&self) -> Result<JobFile> {
        self.job().await?.ok_or_else(no_job)
    }

    pub async fn closed(&self) -> Result<Option<ClosedFile>> {
        self.store.document(&self.path("closed.json")).await
    }

    /// Writes how the run ended.
    pub async fn close(&self, closed: &ClosedFile) -> Result<()> {
        self.store.create_document(&self.path("closed.json"), closed).await.map(drop)
    }

    /// Notes that a `close` is about to finalize, and how complete it is. Of two at once, the one that began later may have found
    /// more receipts.
    pub async fn begin_to_close(&self, closing: &ClosedFile) -> Result<()> {
        if let Created::Other(_) = self.store.create_document(&self.path("closing.json"), closing).await? {
            let name = format!("closing-{}.json", hash(&serde_json::to_vec(closing)?));
            self.store.create_document(&self.path(&name), closing).await?;
        }
        Ok(())
    }

    /// The end that each `close` of this plan can say the run has, whichever of them has finalized it: as incomplete as the least
    /// complete. `None` if none has begun to finalize.
    pub async fn begun_to_close(&self, plan: &PlanFile) -> Result<Option<ClosedFile>> {
        let mut all: Option<ClosedFile> = None;
        for name in self.store.list(&self.folder()).await? {
            if !name.starts_with("closing") {
                continue;
            }
            let Some(one) = self.store.document::<ClosedFile>(&self.path(&name)).await? else { continue };
            if one.plan_hash != plan.plan_hash {
                continue;
            }
            all = Some(match all {
                Some(others) => others.and(one),
                None => one,
            });
        }
        Ok(all)
    }

    /// The job, which must be open as far as the store knows.
    pub async fn open_job(&self, plan: &PlanFile) -> Result<JobFile> {
        // In this order: a job that is there before the run is given up is one that the `open` of the next run finds and aborts.
        let job = self.job().await?;
        if let Some(closed) = self.closed().await? {
            let message = format!(
                "run {} is closed ({}); begin the next one with `shard plan`",
                self.number, closed.how
            );
            return Err(order(&message));
        }
        let job = job.ok_or_else(no_job)?;
        if job.plan_hash == plan.plan_hash {
            return Ok(job);
        }
        let message = "job.json in the shard store belongs to another plan; nothing was finalized. Begin a new run with \
                       `shard plan --discard`";
        Err(Error::new(Kind::Upload, code::SHARD_TWO_PLANS, message))
    }
}

impl PlanFile {
    /// Completes a plan with its hash.
    pub fn sealed(mut self) -> Result<Self> {
        self.format = FORMAT;
        self.plan_hash = self.hash()?;
        Ok(self)
    }

    fn hash(&self) -> Result<String> {
        let plain = Self { plan_hash: String::new(), ..self.clone() };
        Ok(hash(&serde_json::to_vec(&plain)?))
    }

    /// The part of the work that these shards are, in tenths of a percent.
    pub fn tenths_of(&self, shards: &[usize]) -> u64 {
        let weight = |of: &dyn Fn(usize) -> bool| -> u128 {
            self.shards.iter().filter(|shard| of(shard.id)).map(|shard| u128::from(shard.weight.max(1))).sum()
        };
        let tenths = weight(&|id| shards.contains(&id)) * 1_000;
        tenths.checked_div(weight(&|_| true)).and_then(|tenths| u64::try_from(tenths).ok()).unwrap_or(1_000)
    }

    /// Checks that this build made the plan, for this integration.
    pub fn check(&self, build: &str, integration_type: &str) -> Result<()> {
        let other = |what: String| Error::new(Kind::Upload, code::SHARD_BUILD, what);
        if self.format != FORMAT || self.build != build {
            return Err(other(format!(
                "the plan was made by build {}, and this is build {build}; nothing was finalized. Use one binary for all \
                 phases of a run, or plan again with this one",
                self.build
            )));
        }
        if self.integration_type != integration_type {
            return Err(other(format!(
                "the plan was made for the integration type `{}`, and this process has `{integration_type}`; set \
                 J1_INTEGRATION_TYPE alike for all phases",
                self.integration_type
            )));
        }
        Ok(())
    }
}

impl JobFile {
    /// Checks that the job is one of this instance.
    pub fn check(&self, scope: &str) -> Result<()> {
        if self.scope == scope {
            return Ok(());
        }
        let message = format!(
            "the job was opened for `{}`, and this process is configured for `{scope}`; set \
             JUPITERONE_INTEGRATION_INSTANCE_ID alike for all phases",
            self.scope
        );
        Err(Error::new(Kind::Upload, code::SHARD_BUILD, message))
    }

    /// The source that it was opened for, and the scope of the source `api`.
    pub fn owner(&self) -> (Source, Option<String>) {
        let all = [Source::IntegrationExternal, Source::IntegrationManaged, Source::Api];
        let source = all.into_iter().find(|source| source.as_str() == self.source).unwrap_or_default();
        (source, (source == Source::Api).then(|| self.scope.clone()))
    }

    /// The mode that it was opened in.
    pub fn mode(&self) -> SyncMode {
        if self.sync_mode == SyncMode::Patch.as_str() { SyncMode::Patch } else { SyncMode::Diff }
    }
}

/// The hash of a document or of a list, as the files have it.
pub(super) fn hash(bytes: &[u8]) -> String {
    format!("{:032x}", xxh3_128(bytes))
}

/// The error of a phase that came too early or too late.
pub(super) fn order(message: &str) -> Error {
    Error::new(Kind::Config, code::SHARD_ORDER, message)
}

fn no_job() -> Error {
    order("the run has no job yet; run `shard open` first")
}

/// Identifies this build: the version of j1, and the length and the checksum of the program.
pub(super) fn build() -> Result<String> {
    let read = || -> std::io::Result<(u64, u32)> {
        let mut file = std::fs::File::open(std::env::current_exe()?)?;
        // Not a hash of ours: a debug build would take a second for it, in each process.
        let (mut sum, mut buffer, mut length) = (flate2::Crc::new(), vec![0; 1 << 20], 0);
        loop {
            match std::io::Read::read(&mut file, &mut buffer)? {
                0 => return Ok((length, sum.sum())),
                read => {
                    sum.update(&buffer[..read]);
                    length += read as u64;
                }
            }
        }
    };
    let failed = "this program cannot read its own file, by which the phases know one build";
    let (length, sum) = read().map_err(|error| Error::other(failed).caused_by(error))?;
    Ok(format!("{}-{length:x}-{sum:08x}", env!("CARGO_PKG_VERSION")))
}
