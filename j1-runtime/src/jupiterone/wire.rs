//! The wire format of the Sync API.

use j1_core::graph::ObjectKind;
use serde::{Deserialize, Serialize};

/// The sync mode: how finalize treats what JupiterOne holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum SyncMode {
    /// Deletes what was not uploaded.
    Diff,
    /// Entities are created and updated, nothing is deleted; relationships are not sent.
    Patch,
    /// Relationships whose ends are in scopes that they name; entities are not sent.
    CrossScope,
    /// Properties are pinned over entities that exist; relationships are not sent, and nothing is created or deleted.
    Override,
}

/// The owner of a job's data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// An integration instance whose collector its owner runs.
    #[default]
    IntegrationExternal,
    /// An integration instance that JupiterOne runs.
    IntegrationManaged,
    /// Anything else, under a scope of its own.
    Api,
}

impl Source {
    /// As the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IntegrationExternal => "integration-external",
            Self::IntegrationManaged => "integration-managed",
            Self::Api => "api",
        }
    }
}

/// The request that opens a job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening<'a> {
    pub mode: SyncMode,
    pub source: Source,
    /// The scope of the source `api`.
    pub scope: Option<&'a str>,
}

impl SyncMode {
    /// As the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Diff => "DIFF",
            Self::Patch => "PATCH",
            Self::CrossScope => "CROSS_SCOPE",
            Self::Override => "OVERRIDE",
        }
    }

    /// Returns `true` if objects of this kind are sent.
    #[must_use]
    pub(crate) fn takes(self, kind: ObjectKind) -> bool {
        match self {
            Self::Diff => true,
            Self::Patch | Self::Override => kind == ObjectKind::Entity,
            Self::CrossScope => kind == ObjectKind::Relationship,
        }
    }

    /// Returns `true` if finalize deletes what was not uploaded.
    #[must_use]
    pub const fn deletes(self) -> bool {
        matches!(self, Self::Diff)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start<'a> {
    pub source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_instance_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'a str>,
    pub sync_mode: SyncMode,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finalize<'a> {
    pub partial_datasets: PartialDatasets<'a>,
}

#[derive(Serialize)]
pub(super) struct PartialDatasets<'a> {
    pub types: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Abort<'a> {
    pub reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct EventsBody<'a> {
    pub events: &'a [EventBody],
}

/// An event as it is sent.
#[derive(Clone, Debug, Serialize)]
pub(super) struct EventBody {
    pub name: &'static str,
    pub description: String,
}

#[derive(Deserialize)]
pub(super) struct JobAnswer {
    pub job: Job,
}

/// A job as JupiterOne describes it; members that this version does not know are kept as they are.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Its status, such as `AWAITING_UPLOADS` or `FINISHED`.
    pub status: String,
    /// Entities it has received.
    #[serde(default)]
    pub num_entities_uploaded: u64,
    /// Entities that are new.
    #[serde(default)]
    pub num_entities_created: u64,
    /// Entities that have changed.
    #[serde(default)]
    pub num_entities_updated: u64,
    /// Entities that are gone.
    #[serde(default)]
    pub num_entities_deleted: u64,
    /// Relationships it has received.
    #[serde(default)]
    pub num_relationships_uploaded: u64,
    /// Relationships that are new.
    #[serde(default)]
    pub num_relationships_created: u64,
    /// Relationships that have changed.
    #[serde(default)]
    pub num_relationships_updated: u64,
    /// Relationships that are gone.
    #[serde(default)]
    pub num_relationships_deleted: u64,
    /// Everything else it says.
    #[serde(flatten)]
    pub others: serde_json::Map<String, serde_json::Value>,
    /// The time on this machine before the job was opened or joined, in milliseconds since 1970.
    #[serde(skip)]
    pub(crate) opened: Option<i64>,
    /// The numbers of entities and relationships that it had received when this run joined it.
    #[serde(skip)]
    pub(crate) joined_with: [u64; 2],
}

/// The members of a job that say how much it has received; `None` where a server leaves them out.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    pub num_entities_uploaded: Option<u64>,
    pub num_relationships_uploaded: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct ReceivedAnswer {
    pub job: Received,
}

impl Job {
    /// Returns `true` while objects can be uploaded to the job, and it can be aborted without effect.
    #[must_use]
    pub fn takes_uploads(&self) -> bool {
        self.status == "AWAITING_UPLOADS"
    }

    /// Returns `true` if the job has ended, successfully or not.
    ///
    /// The running statuses are a closed set: JupiterOne may add statuses for new ways to fail, and a status that this
    /// version does not know must not be waited for without end.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        !matches!(
            self.status.as_str(),
            "AWAITING_UPLOADS" | "FINALIZE_PENDING" | "FINALIZING_ENTITIES" | "FINALIZING_RELATIONSHIPS"
        )
    }

    /// Returns `true` if the job has ended successfully.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status == "FINISHED"
    }

    /// Returns the counts of objects that JupiterOne could not create, update or delete, such as
    /// `numEntityCreateErrors`; only those above 0.
    #[must_use]
    pub fn object_errors(&self) -> Vec<(&str, u64)> {
        const WORDS: [&str; 4] = ["Error", "Failed", "Rejected", "Invalid"];
        let counts_errors =
            |name: &str| name.starts_with("num") && WORDS.iter().any(|word| name.contains(word));
        let errors = self.others.iter().filter(|(name, _)| counts_errors(name));
        let counts = errors.filter_map(|(name, count)| Some((name.as_str(), count_of(count)?)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// Returns a text member that this version has no field for.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.others.get(member)?.as_str()
    }

    /// Returns the time at which the job was started, in milliseconds since 1970: by JupiterOne's clock, or by that of this
    /// machine if the job does not say it.
    pub(crate) fn started(&self) -> Option<i64> {
        self.others.get("startTimestamp").and_then(time).or(self.opened)
    }
}

/// A count, also one that is written as a text.
fn count_of(value: &serde_json::Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Reads a time of JupiterOne's: milliseconds since 1970, or RFC 3339.
pub(super) fn time(value: &serde_json::Value) -> Option<i64> {
    match value {
        serde_json::Value::String(text) => {
            text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
        }
        _ => value.as_i64(),
    }
}

/// An error response of JupiterOne.
#[derive(Deserialize, Default)]
pub(super) struct ErrorAnswer {
    #[serde(default)]
    pub error: ErrorBody,
    /// A job that was opened all the same.
    #[serde(default)]
    pub job: Option<JobId>,
}

#[derive(Deserialize)]
pub(super) struct JobId {
    pub id: String,
}

#[derive(Deserialize, Default)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub message: String,
}
