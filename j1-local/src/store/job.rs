//! A synchronization job: its life, its counters, its row.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::refused::Refused;

/// The source of a job's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// An integration that JupiterOne runs.
    IntegrationManaged,
    /// An integration that its owner runs.
    IntegrationExternal,
    /// Anything else, under a scope of its own.
    Api,
}

impl Source {
    /// Reads the name used on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "integration-managed" => Some(Self::IntegrationManaged),
            "integration-external" => Some(Self::IntegrationExternal),
            "api" => Some(Self::Api),
            _ => None,
        }
    }

    /// The name used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IntegrationManaged => "integration-managed",
            Self::IntegrationExternal => "integration-external",
            Self::Api => "api",
        }
    }

    /// The kind of scope: an instance is one scope, whether JupiterOne or its owner runs it.
    pub const fn scope_kind(self) -> &'static str {
        match self {
            Self::IntegrationManaged | Self::IntegrationExternal => "integration",
            Self::Api => "api",
        }
    }
}

/// The effect of finalizing a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// The scope becomes what was uploaded.
    Diff,
    /// Entities are added and merged; nothing is deleted.
    Patch,
    /// The scope's relationships between entities of any scope become what was uploaded.
    CrossScope,
    /// Properties are pinned over entities that exist.
    Override,
}

impl SyncMode {
    /// The name used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Diff => "DIFF",
            Self::Patch => "PATCH",
            Self::CrossScope => "CROSS_SCOPE",
            Self::Override => "OVERRIDE",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "PATCH" => Self::Patch,
            "CROSS_SCOPE" => Self::CrossScope,
            "OVERRIDE" => Self::Override,
            _ => Self::Diff,
        }
    }

    /// Returns `true` if an upload names only some properties of an entity that exists.
    pub const fn is_of_parts(self) -> bool {
        matches!(self, Self::Patch | Self::Override)
    }

    /// The kind of scope that owns the rows of such a job. Relationships between scopes are compared with each other
    /// alone: a DIFF of the same instance knows nothing of them.
    pub const fn scope_kind(self, source: Source) -> &'static str {
        match self {
            Self::Diff | Self::Patch | Self::Override => source.scope_kind(),
            Self::CrossScope => "cross-scope",
        }
    }
}

/// The status of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    AwaitingUploads,
    FinalizePending,
    FinalizingEntities,
    FinalizingRelationships,
    Finished,
    Aborted,
    AbortedDueToInvalidConfiguration,
    ErrorBadData,
    ErrorUnexpectedFailure,
    Unknown,
}

impl Status {
    const ALL: [Self; 10] = [
        Self::AwaitingUploads,
        Self::FinalizePending,
        Self::FinalizingEntities,
        Self::FinalizingRelationships,
        Self::Finished,
        Self::Aborted,
        Self::AbortedDueToInvalidConfiguration,
        Self::ErrorBadData,
        Self::ErrorUnexpectedFailure,
        Self::Unknown,
    ];

    /// The name used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingUploads => "AWAITING_UPLOADS",
            Self::FinalizePending => "FINALIZE_PENDING",
            Self::FinalizingEntities => "FINALIZING_ENTITIES",
            Self::FinalizingRelationships => "FINALIZING_RELATIONSHIPS",
            Self::Finished => "FINISHED",
            Self::Aborted => "ABORTED",
            Self::AbortedDueToInvalidConfiguration => "ABORTED_DUE_TO_INVALID_CONFIGURATION",
            Self::ErrorBadData => "ERROR_BAD_DATA",
            Self::ErrorUnexpectedFailure => "ERROR_UNEXPECTED_FAILURE",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// Reads the name used on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Returns `true` if the job has ended.
    pub const fn is_done(self) -> bool {
        !matches!(
            self,
            Self::AwaitingUploads
                | Self::FinalizePending
                | Self::FinalizingEntities
                | Self::FinalizingRelationships
        )
    }
}

/// The counts of what a job uploaded and changed, under the names of the service.
///
/// `numRelationshipsUploaded` counts direct and mapped ones, which arrive alike. The `numMapped…` counters tell how
/// many mapped ones were created, updated and deleted.
#[expect(clippy::struct_field_names, reason = "the names of the service")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Counters {
    pub num_entities_uploaded: u64,
    pub num_entities_created: u64,
    pub num_entities_updated: u64,
    pub num_entities_deleted: u64,
    pub num_entity_create_errors: u64,
    pub num_entity_update_errors: u64,
    pub num_entity_delete_errors: u64,
    pub num_entity_raw_data_entries_uploaded: u64,
    pub num_entity_raw_data_entries_created: u64,
    pub num_entity_raw_data_entries_updated: u64,
    pub num_entity_raw_data_entries_deleted: u64,
    pub num_entity_raw_data_entry_create_errors: u64,
    pub num_entity_raw_data_entry_update_errors: u64,
    pub num_entity_raw_data_entry_delete_errors: u64,
    pub num_relationships_uploaded: u64,
    pub num_relationships_created: u64,
    pub num_relationships_updated: u64,
    pub num_relationships_deleted: u64,
    pub num_relationship_create_errors: u64,
    pub num_relationship_update_errors: u64,
    pub num_relationship_delete_errors: u64,
    pub num_relationship_raw_data_entries_uploaded: u64,
    pub num_relationship_raw_data_entries_created: u64,
    pub num_relationship_raw_data_entries_updated: u64,
    pub num_relationship_raw_data_entries_deleted: u64,
    pub num_relationship_raw_data_entry_create_errors: u64,
    pub num_relationship_raw_data_entry_update_errors: u64,
    pub num_relationship_raw_data_entry_delete_errors: u64,
    pub num_mapped_relationships_created: u64,
    pub num_mapped_relationships_updated: u64,
    pub num_mapped_relationships_deleted: u64,
    pub num_mapped_relationship_create_errors: u64,
    pub num_mapped_relationship_update_errors: u64,
    pub num_mapped_relationship_delete_errors: u64,
}

/// A job as it stands.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    /// Its number in the data file.
    pub number: i64,
    pub scope_id: i64,
    pub scope: String,
    pub source: Source,
    pub integration_job_id: Option<String>,
    pub mode: SyncMode,
    pub status: Status,
    pub start_timestamp: i64,
    pub end_timestamp: Option<i64>,
    pub partial_types: Vec<String>,
    pub reason: Option<String>,
    pub counters: Counters,
    /// The version of the graph that the job made, once it has finished.
    pub version: Option<i64>,
}

const SELECT: &str = "SELECT job.id, scope_id, scope.name, source, integration_job_id, sync_mode, status, \
     start_timestamp, end_timestamp, partial_types, reason, counters, job.version, job.number \
     FROM job JOIN scope ON scope.id = job.scope_id";

impl Job {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (source, mode, status): (String, String, String) = (row.get(3)?, row.get(5)?, row.get(6)?);
        let (partial_types, counters): (String, String) = (row.get(9)?, row.get(11)?);
        Ok(Self {
            id: row.get(0)?,
            number: row.get(13)?,
            scope_id: row.get(1)?,
            scope: row.get(2)?,
            source: Source::parse(&source).unwrap_or(Source::Api),
            integration_job_id: row.get(4)?,
            mode: SyncMode::parse(&mode),
            status: Status::parse(&status).unwrap_or(Status::Unknown),
            start_timestamp: row.get(7)?,
            end_timestamp: row.get(8)?,
            partial_types: serde_json::from_str(&partial_types).unwrap_or_default(),
            reason: row.get(10)?,
            counters: serde_json::from_str(&counters).unwrap_or_default(),
            version: row.get(12)?,
        })
    }

    /// The job of this id.
    pub fn find(connection: &Connection, id: &str) -> Result<Self, Refused> {
        let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE job.id = ?1"))?;
        statement.query_row([id], Self::read).optional()?.ok_or_else(|| Refused::NoJob { id: id.to_owned() })
    }

    /// The job of this id, if it still takes uploads.
    pub fn find_open(connection: &Connection, id: &str) -> Result<Self, Refused> {
        let job = Self::find(connection, id)?;
        match job.status {
            Status::AwaitingUploads => Ok(job),
            status => Err(Refused::NotAwaitingUploads { id: job.id, status: status.as_str() }),
        }
    }

    /// The newest jobs first.
    pub fn newest(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Self>> {
        let mut statement =
            connection.prepare_cached(&format!("{SELECT} ORDER BY job.number DESC LIMIT ?1"))?;
        statement.query_map([limit], Self::read)?.collect()
    }

    /// The ids of the jobs whose finalizing was asked for and has not happened, oldest first.
    pub fn pending(connection: &Connection) -> rusqlite::Result<Vec<String>> {
        let mut statement =
            connection.prepare("SELECT id FROM job WHERE status = 'FINALIZE_PENDING' ORDER BY number")?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    /// Ends the job because finalizing it failed.
    pub fn fail(&mut self, reason: &str, now: i64) {
        self.status = Status::ErrorUnexpectedFailure;
        self.reason = Some(reason.to_owned());
        self.end_timestamp = Some(now);
    }

    /// Writes the job's status, counters and end.
    pub fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "UPDATE job SET status = ?2, end_timestamp = ?3, partial_types = ?4, reason = ?5, \
                 counters = ?6, version = ?7 WHERE id = ?1",
            )?
            .execute(params![
                self.id,
                self.status.as_str(),
                self.end_timestamp,
                json(&self.partial_types)?,
                self.reason,
                json(&self.counters)?,
                self.version,
            ])?;
        Ok(())
    }
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
