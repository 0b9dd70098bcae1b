//! Finalizing a job: one transaction over stage and graph together.

use rusqlite::Connection;

use super::diff;
use super::history;
use super::job::{Job, Status, SyncMode};
use super::mapper;
use super::patch;
use super::pin;
use super::refused::Refused;
use super::stage::{self, Rows};
use super::values;
use super::views;
use crate::clock::Clock;

/// The context of every step of finalizing.
pub struct Run<'a> {
    pub connection: &'a Connection,
    pub job: &'a Job,
    pub now: i64,
    /// The version of the graph that this job makes.
    pub version: i64,
    /// Called when the status changes, since the job's row shows it only at the end.
    pub on_phase: &'a dyn Fn(Status),
}

impl Run<'_> {
    /// Reports that the job has reached this status.
    pub fn enter(&self, status: Status) {
        (self.on_phase)(status);
        tracing::info!(job = %self.job.id, status = status.as_str(), "finalizing");
    }
}

/// Finalizes a job that is `FINALIZE_PENDING`. `staged` has all of its staged rows, or is `None` if they are in the data
/// file alone. When it fails, the graph stays as it was and the job ends with the reason; the reason is returned when not
/// even that could be written, as on a full disk.
pub fn run(
    connection: &mut Connection,
    id: &str,
    clock: &Clock,
    staged: Option<Rows>,
    on_phase: &dyn Fn(Status),
) -> Result<(), String> {
    let Err(error) = apply(connection, id, clock.now(), staged, on_phase) else { return Ok(()) };
    tracing::error!(job = %id, %error, "finalizing failed; nothing was changed");
    let reason = error.to_string();
    if let Err(error) = give_up(connection, id, clock.now(), &reason) {
        // The row stays FINALIZE_PENDING, so the next start tries again.
        tracing::error!(job = %id, %error, "the failure could not be written down");
        return Err(reason);
    }
    if let Err(error) = stage::clear(connection, id) {
        // The next start removes what a job that has ended uploaded.
        tracing::warn!(job = %id, %error, "the uploads of the failed job could not be removed");
    }
    Ok(())
}

fn apply(
    connection: &mut Connection,
    id: &str,
    now: i64,
    staged: Option<Rows>,
    on_phase: &dyn Fn(Status),
) -> Result<(), Refused> {
    let transaction = connection.transaction()?;
    let mut job = Job::find(&transaction, id)?;
    if job.status != Status::FinalizePending {
        return Ok(());
    }
    let mut counters = job.counters.clone();
    let version = history::next_version(&transaction)?;
    let run = Run { connection: &transaction, job: &job, now, version, on_phase };
    match job.mode {
        SyncMode::Diff => diff::apply(&run, staged, &mut counters)?,
        SyncMode::CrossScope => diff::apply_relationships(&run, &mut counters)?,
        SyncMode::Patch => patch::apply(&run, &mut counters)?,
        SyncMode::Override => pin::apply(&run, &mut counters)?,
    }
    if matches!(job.mode, SyncMode::Diff | SyncMode::Patch) {
        mapper::resolve(&run)?;
    }
    values::index(&transaction, version)?;
    pin::clear(&transaction)?;
    history::prune(&transaction, version)?;
    views::refresh(&transaction)?;
    job.counters = counters;
    job.status = Status::Finished;
    job.end_timestamp = Some(now);
    job.version = Some(version);
    job.save(&transaction)?;
    stage::clear(&transaction, id)?;
    transaction.commit()?;
    Ok(())
}

/// Ends the job with an error, in a small transaction of its own: on a full disk, the failed transaction has left
/// enough room for it.
fn give_up(connection: &mut Connection, id: &str, now: i64, reason: &str) -> Result<(), Refused> {
    let transaction = connection.transaction()?;
    let mut job = Job::find(&transaction, id)?;
    job.fail(reason, now);
    job.save(&transaction)?;
    transaction.commit()?;
    Ok(())
}
