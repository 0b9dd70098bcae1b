//! The settings of the commands, as plain values: the command line fills them in, and so do tests.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::jupiterone::prediction::Limit;
use crate::jupiterone::{Source, SyncMode};
use crate::recordings::traffic::TrafficSettings;
use crate::run::job::OtherSummary;
use crate::run::memory::Memory;

/// Settings of every command that reads from the provider.
pub(crate) struct CollectSettings {
    /// The steps to run, together with the steps they need; all steps if empty.
    pub steps: Vec<String>,
    /// The number of steps that run at once.
    pub concurrency: Option<NonZeroUsize>,
    /// `true` to keep the raw data of entities.
    pub raw_data: bool,
    /// The memory of the run.
    pub memory: Option<Memory>,
    /// The part of the provider's budget that this process may use: 1 for all of it.
    pub share: f64,
    /// Recordings and drift.
    pub traffic: TrafficSettings,
}

/// Settings of `run`.
pub(crate) struct RunSettings {
    pub collect: CollectSettings,
    pub job: JobSettings,
}

/// Settings of `sync`.
pub(crate) struct SyncSettings {
    /// The folder of the collection.
    pub from: PathBuf,
    /// Keep raw data where the collection has some.
    pub raw_data: bool,
    /// The memory of the run.
    pub memory: Option<Memory>,
    pub job: JobSettings,
}

/// Settings of `plan`.
pub(crate) struct PlanSettings {
    pub collect: CollectSettings,
    pub sync_mode: SyncMode,
    pub max_delete: Limit,
}

/// Settings of `docs`.
pub(crate) struct DocsSettings {
    /// Compare instead of writing.
    pub check: bool,
    /// The file; `None` for `docs/<name>.md` of the current folder.
    pub file: Option<PathBuf>,
}

/// Settings of the job of a run: how it is opened and how it ends.
pub(crate) struct JobSettings {
    pub sync_mode: SyncMode,
    pub source: Source,
    /// The scope of the source `api`.
    pub scope: Option<String>,
    /// An open job to join instead of starting one.
    pub job: Option<String>,
    /// The summaries of the other processes that upload to it.
    pub others: Vec<OtherSummary>,
    pub skip_finalize: bool,
    pub on_partial: OnPartial,
    /// The limit that the operator set; `None` for [`Limit::DEFAULT`].
    pub max_delete: Option<Limit>,
    /// Finalize even if more than the limit would be deleted.
    pub yes: bool,
    /// Wait until JupiterOne has ended the job.
    pub wait: bool,
}

impl JobSettings {
    /// Returns `true` if other processes may upload to the job as well.
    pub fn is_shared(&self) -> bool {
        self.job.is_some() || self.skip_finalize
    }

    /// Returns `true` if the finalize deletes what was not uploaded, and nobody has agreed to that with `--yes`.
    pub fn deletes_unasked(&self) -> bool {
        self.sync_mode.deletes() && !self.skip_finalize && !self.yes
    }
}

/// A DIFF job of the integration instance that nothing else is said about.
impl Default for JobSettings {
    fn default() -> Self {
        Self {
            sync_mode: SyncMode::Diff,
            source: Source::default(),
            scope: None,
            job: None,
            others: Vec::new(),
            skip_finalize: false,
            on_partial: OnPartial::Finalize,
            max_delete: None,
            yes: false,
            wait: false,
        }
    }
}

/// The end of a run with partial types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnPartial {
    /// It is finalized, and JupiterOne keeps what it holds of these types.
    Finalize,
    /// It is aborted.
    Abort,
}
