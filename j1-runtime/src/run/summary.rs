//! What a run came to, as data: the JSON document of `--output json`.

use std::collections::BTreeMap;

use j1_core::Error;
use j1_core::error::Kind;
use serde::{Serialize, Serializer};

use crate::code;
use crate::engine::{Dropped, Ledger, Partial, StepReport};
use crate::jupiterone::prediction::TypeChange;
use crate::jupiterone::{Job, SyncMode, Uploads};
use crate::recordings::traffic::TrafficSummary;
use crate::redact;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Everything was read, and what was asked was done.
    Complete,
    /// Something was not read; its types keep what JupiterOne holds.
    Partial,
    /// Nothing was changed in JupiterOne.
    Failed,
    /// What would change was looked at, and nothing was sent.
    Planned,
}

/// What a run came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// How it ended.
    pub status: Status,
    /// The code the process ends with.
    pub exit_code: u8,
    /// The job, where there was one.
    pub job: Option<JobSummary>,
    /// What became of each step.
    pub steps: Vec<StepReport>,
    /// Objects by `_type`.
    pub types: BTreeMap<String, u64>,
    /// The types whose old data is kept.
    pub partial_datasets: PartialDatasets,
    /// What was not sent.
    pub dropped: Vec<Dropped>,
    /// How many more were not sent than `dropped` names.
    pub dropped_more: u64,
    /// Objects that were sent without their raw data. They are there, so it makes nothing partial.
    pub raw_data_dropped: Vec<Dropped>,
    /// How many more there are than `rawDataDropped` names.
    pub raw_data_dropped_more: u64,
    /// Strings that were shortened to what JupiterOne takes, by `type.property`.
    pub truncated: BTreeMap<String, u64>,
    /// Types that are kept for a reason that is no step's.
    pub protected: Vec<Partial>,
    /// What a finalize would change, by `_type`: in a plan, and in a run that the deletion guard stopped.
    pub plan: Option<BTreeMap<String, TypeChange>>,
    /// What the deletion guard saw; `null` where nothing was to be deleted.
    pub guard: Option<Guard>,
    /// What was sent to JupiterOne, where a job was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uploads: Option<Uploads>,
    /// When the command began, in UTC (RFC 3339); empty where it never did.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What the summary says of recordings.
    #[serde(flatten)]
    pub(crate) traffic: TrafficSummary,
    /// What went wrong, where the run failed.
    pub error: Option<ErrorSummary>,
}

/// What the deletion guard saw.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Guard {
    /// Whether what JupiterOne holds was compared.
    pub checked: bool,
    /// The part of a type that may be deleted, in percent.
    pub max_delete: u8,
    /// Why it was not compared; in a plan, why a run would stop.
    pub reason: Option<String>,
}

/// The types that finalize leaves alone.
#[derive(Debug, Serialize, Default)]
pub struct PartialDatasets {
    /// Their `_type`s.
    pub types: Vec<String>,
}

/// A job with the mode it was opened in.
#[derive(Debug, Serialize)]
pub struct JobSummary {
    /// What JupiterOne says of it.
    #[serde(flatten)]
    pub job: Job,
    /// The mode, where JupiterOne does not say it.
    #[serde(rename = "syncMode", serialize_with = "mode", skip_serializing_if = "Option::is_none")]
    pub mode: Option<SyncMode>,
}

impl JobSummary {
    pub(crate) fn new(job: Job, mode: SyncMode) -> Self {
        let mode = (!job.others.contains_key("syncMode")).then_some(mode);
        Self { job, mode }
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde hands the field as it is")]
fn mode<S: Serializer>(mode: &Option<SyncMode>, serializer: S) -> Result<S::Ok, S::Error> {
    mode.map(SyncMode::as_str).serialize(serializer)
}

/// What went wrong.
#[derive(Debug, Serialize)]
pub struct ErrorSummary {
    /// Its code.
    pub code: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl ErrorSummary {
    pub(crate) fn of(error: &Error) -> Self {
        let text = error.to_string();
        let head = format!("[{}] ", error.code());
        let message = redact::text(text.strip_prefix(&head).unwrap_or(&text));
        Self { code: error.code().to_string(), message }
    }
}

/// The codes that a process ends with.
pub(crate) mod exit {
    pub const OK: u8 = 0;
    pub const BUG: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const CONFIG: u8 = 3;
    pub const VALIDATION: u8 = 4;
    pub const PARTIAL: u8 = 5;
    pub const ABORTED: u8 = 6;
    pub const TOO_MANY_DELETED: u8 = 7;
    pub const DIFFERENT: u8 = 8;
    pub const INTERRUPTED: u8 = 130;
    pub const TERMINATED: u8 = 143;
}

impl Summary {
    /// A run that came to nothing.
    pub(crate) fn failed(exit_code: u8, error: &Error) -> Self {
        Self {
            status: Status::Failed,
            exit_code,
            job: None,
            steps: Vec::new(),
            types: BTreeMap::new(),
            partial_datasets: PartialDatasets::default(),
            dropped: Vec::new(),
            dropped_more: 0,
            raw_data_dropped: Vec::new(),
            raw_data_dropped_more: 0,
            truncated: BTreeMap::new(),
            protected: Vec::new(),
            plan: None,
            guard: None,
            uploads: None,
            started_at: String::new(),
            duration_ms: 0,
            traffic: TrafficSummary::default(),
            error: Some(ErrorSummary::of(error)),
        }
    }

    /// Notes what the run failed of.
    pub(crate) fn fail(&mut self, exit_code: u8, error: &Error) {
        self.status = Status::Failed;
        self.exit_code = exit_code;
        self.error = Some(ErrorSummary::of(error));
    }

    /// Keeps what JupiterOne holds of a type that should have been read.
    pub(crate) fn protect(&mut self, kept: Partial) {
        self.keep(kept);
        if self.status == Status::Complete {
            self.status = Status::Partial;
            self.exit_code = exit::PARTIAL;
        }
    }

    /// Keeps what JupiterOne holds of a type that was not to be read.
    pub(crate) fn keep(&mut self, kept: Partial) {
        let types = &mut self.partial_datasets.types;
        if let Err(place) = types.binary_search(&kept.ty) {
            types.insert(place, kept.ty.clone());
        }
        self.protected.push(kept);
    }

    /// A configuration that cannot be used; every problem at once.
    pub(crate) fn misconfigured(problems: &[String]) -> Self {
        let message = problems.join("\n");
        Self::failed(exit::CONFIG, &Error::new(Kind::Config, code::CONFIG, message))
    }

    /// A run that ended, with what it saw.
    pub(crate) fn collected(steps: Vec<StepReport>, ledger: Ledger, partial: Vec<String>) -> Self {
        let complete = steps.iter().all(|step| step.partial.is_empty() || step.settled);
        Self {
            status: if complete { Status::Complete } else { Status::Partial },
            exit_code: if complete { exit::OK } else { exit::PARTIAL },
            job: None,
            steps,
            types: ledger.types,
            partial_datasets: PartialDatasets { types: partial },
            dropped: ledger.dropped,
            dropped_more: ledger.dropped_more,
            raw_data_dropped: ledger.raw_data_dropped,
            raw_data_dropped_more: ledger.raw_data_dropped_more,
            truncated: ledger.truncated,
            protected: Vec::new(),
            plan: None,
            guard: None,
            uploads: None,
            started_at: String::new(),
            duration_ms: 0,
            traffic: TrafficSummary::default(),
            error: None,
        }
    }
}

/// The code that a run ends with because of an error.
pub(crate) fn exit_of(error: &Error) -> u8 {
    match error.kind() {
        Kind::Config => exit::CONFIG,
        Kind::Upload | Kind::Cancelled => exit::ABORTED,
        Kind::Credentials | Kind::Provider | Kind::Data => exit::VALIDATION,
        Kind::Other => exit::BUG,
    }
}
