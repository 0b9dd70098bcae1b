//! The summary of a command as data: the JSON document of `--output json`.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::Error;
use j1_core::error::exit;
use j1_core::shared::inserted;
use serde::{Serialize, Serializer};

use crate::engine::{Dropped, Ledger, Partial, StepReport, ToleratedLoss, Withheld};
use crate::jupiterone::prediction::TypeChange;
use crate::jupiterone::{Job, SyncMode, Uploads};
use crate::recordings::traffic::TrafficSummary;
use crate::redact;
use crate::run::error::{RunError, RunErrorKind};
use crate::run::shards::ShardSummary;

/// The end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// Everything was read, and the command did what it was asked.
    Complete,
    /// Something was not read, and JupiterOne keeps what it holds of those types; or JupiterOne reported errors for
    /// some objects.
    Partial,
    /// The command failed. Unless the error says otherwise, nothing was changed in JupiterOne.
    #[default]
    Failed,
    /// The changes were predicted, and nothing was sent.
    Planned,
}

/// The summary of a command.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The end of the run.
    pub status: Status,
    /// The code that the process ends with.
    pub exit_code: u8,
    /// The job, if one was opened.
    pub job: Option<JobSummary>,
    /// The steps in the order of their declaration.
    pub steps: Vec<StepReport>,
    /// The number of objects by `_type`.
    pub types: BTreeMap<String, u64>,
    /// The partial types: JupiterOne deletes none of their objects.
    pub partial_datasets: PartialDatasets,
    /// Objects that were not sent.
    pub dropped: Vec<Dropped>,
    /// The number of objects that were not sent beyond those in `dropped`.
    pub dropped_more: u64,
    /// Objects that were sent without their raw data. They make nothing partial.
    pub raw_data_dropped: Vec<Dropped>,
    /// The number of objects sent without raw data beyond those in `raw_data_dropped`.
    pub raw_data_dropped_more: u64,
    /// The number of strings that were cut to JupiterOne's limit, by `type.property`.
    pub truncated: BTreeMap<String, u64>,
    /// Values that were not sent, in objects that were. They make nothing partial.
    pub withheld: Vec<Withheld>,
    /// Losses that steps accepted with `.tolerate("why")`. They make nothing partial.
    pub tolerated: Vec<ToleratedLoss>,
    /// The number of objects that were left out because the first one with their key was kept, by `_type`.
    pub kept_first: BTreeMap<String, u64>,
    /// Types that are kept for a reason other than a step's.
    pub protected: Vec<Partial>,
    /// The shards, in a command of a sharded run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shards: Option<ShardSummary>,
    /// The predicted changes by `_type`: in a plan, and in a run that the deletion guard stopped.
    pub plan: Option<BTreeMap<String, TypeChange>>,
    /// The findings of the deletion guard; `null` where nothing could be deleted.
    pub guard: Option<Guard>,
    /// Counts of what was sent to JupiterOne, where a job was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uploads: Option<Uploads>,
    /// The start of the command in UTC (RFC 3339); empty if it never started.
    pub started_at: String,
    /// The duration of the command, in milliseconds.
    pub duration_ms: u64,
    /// Recordings and drift.
    #[serde(flatten)]
    pub(crate) traffic: TrafficSummary,
    /// The error that ended the command.
    pub error: Option<ErrorSummary>,
}

/// The findings of the deletion guard.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Guard {
    /// `true` if the run was compared with what JupiterOne holds.
    pub checked: bool,
    /// The part of a type that may be deleted, in percent.
    pub max_delete: u8,
    /// The reason why nothing was compared; in a plan, the reason why a run would stop.
    pub reason: Option<String>,
    /// The number of entities that the finalize deletes by what the guard saw, if it saw any.
    #[serde(skip)]
    pub(crate) deletes: Option<u64>,
}

/// The types that finalize leaves alone.
#[derive(Debug, Serialize, Default)]
#[non_exhaustive]
pub struct PartialDatasets {
    /// Their `_type`s.
    pub types: Vec<String>,
}

/// A job with the mode it was opened in.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct JobSummary {
    /// The job as JupiterOne describes it.
    #[serde(flatten)]
    pub job: Job,
    /// The mode, where JupiterOne does not name it.
    #[serde(rename = "syncMode", serialize_with = "mode", skip_serializing_if = "Option::is_none")]
    pub mode: Option<SyncMode>,
}

impl JobSummary {
    pub(crate) fn new(job: Job, mode: SyncMode) -> Self {
        let mode = (!job.others.contains_key("syncMode")).then_some(mode);
        Self { job, mode }
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn mode<S: Serializer>(mode: &Option<SyncMode>, serializer: S) -> Result<S::Ok, S::Error> {
    mode.map(SyncMode::as_str).serialize(serializer)
}

/// The error that ended a command.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ErrorSummary {
    /// Its code.
    pub code: String,
    /// The cause and the remedy.
    pub message: String,
}

impl ErrorSummary {
    pub(crate) fn new(error: &Error) -> Self {
        let text = error.to_string();
        let head = format!("[{}] ", error.code());
        let message = redact::display(text.strip_prefix(&head).unwrap_or(&text));
        Self { code: error.code().to_string(), message }
    }
}

impl Summary {
    /// A command that ended before it collected anything.
    pub(crate) fn failed(error: &RunError) -> Self {
        let mut summary = Self::default();
        summary.fail(error);
        summary
    }

    /// Notes the error that ended the command.
    pub(crate) fn fail(&mut self, error: &RunError) {
        match error.kind() {
            // The error does not change the completeness of what was collected.
            RunErrorKind::Different => {}
            RunErrorKind::ObjectErrors => self.status = Status::Partial,
            _ => self.status = Status::Failed,
        }
        self.exit_code = error.exit_code();
        self.error = Some(ErrorSummary::new(error.error()));
    }

    /// Keeps what JupiterOne holds of a type that should have been read.
    pub(crate) fn protect(&mut self, kept: Partial) {
        self.keep(kept);
        if self.status == Status::Complete {
            self.status = Status::Partial;
            self.exit_code = exit::PARTIAL;
        }
    }

    /// Keeps what JupiterOne holds of a type that was not supposed to be read.
    pub(crate) fn keep(&mut self, kept: Partial) {
        let types = &mut self.partial_datasets.types;
        if let Err(place) = types.binary_search(&kept.ty) {
            types.insert(place, kept.ty.clone());
        }
        self.protected.push(kept);
    }

    /// Notes that nothing was sent because only a plan was asked for.
    pub(crate) fn planned(&mut self) {
        self.status = Status::Planned;
        self.exit_code = exit::COMPLETE;
    }

    /// A run whose steps have ended.
    pub(crate) fn collected(steps: Vec<StepReport>, ledger: Ledger) -> Self {
        let complete = steps.iter().all(|step| step.partial.is_empty() || step.settled);
        let partial: BTreeSet<String> =
            inserted(steps.iter().flat_map(|step| &step.partial).map(|partial| partial.ty.clone()));
        let Ledger { types, left_out, .. } = ledger;
        Self {
            status: if complete { Status::Complete } else { Status::Partial },
            exit_code: if complete { exit::COMPLETE } else { exit::PARTIAL },
            steps,
            types,
            partial_datasets: PartialDatasets { types: partial.into_iter().collect() },
            dropped: left_out.dropped,
            dropped_more: left_out.dropped_more,
            raw_data_dropped: left_out.raw_data_dropped,
            raw_data_dropped_more: left_out.raw_data_dropped_more,
            truncated: left_out.truncated,
            withheld: left_out.withheld,
            tolerated: left_out.tolerated,
            kept_first: left_out.kept_first,
            ..Self::default()
        }
    }
}
