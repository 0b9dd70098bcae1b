//! The graph and its jobs, in one SQLite file.
//!
//! Ownership: [`Store`] is a handle that clones share; all SQL runs on two threads that own a connection each, one
//! that writes and one that reads ([`worker`]). The lock on the file outlives both.
//!
//! Uploads are staged in tables that no query reads, one transaction for each batch. Finalizing a job is one
//! transaction over stage and graph together, after the request to finalize has been stored. So whenever the process
//! dies, a job is applied whole, or still open, or `FINALIZE_PENDING` and finalized at the next start.

mod browse;
mod bulk;
mod changes;
mod diff;
mod ends;
mod entities;
mod finalize;
pub(crate) mod find;
mod hashed;
pub(crate) mod history;
mod job;
pub(crate) mod jsonb;
mod lock;
mod mapper;
mod open;
mod overview;
mod patch;
mod picture;
mod pin;
mod reads;
mod refused;
mod stage;
mod tables;
pub(crate) mod values;
mod views;
mod worker;

pub use browse::{Detail, Edge, EdgeFilter, End, TypeEdge};
pub use changes::{Change, Filter, Operation, PropertyChange, Revision, Table, TypeChanges};
pub use entities::{EntityFilter, List, Test};
pub use hashed::Hashed;
pub use job::{Counters, Job, Source, Status, SyncMode};
pub use lock::RunningServer;
pub(crate) use open::check_format;
pub use overview::{Overview, TypeRow};
pub use picture::{Choice, Expansion};
pub use refused::Refused;
pub use views::Properties;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::Error;
use crate::upload::Batch;
use lock::DataLock;
use stage::Staged;
use worker::Worker;

/// A job to start.
#[derive(Debug)]
pub struct NewJob {
    pub source: Source,
    /// The instance id, or the scope of source `api`.
    pub scope: String,
    pub mode: SyncMode,
    pub integration_job_id: Option<String>,
}

/// An event that an integration reported about its job.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: String,
    pub name: String,
    pub description: String,
    pub create_date: i64,
}

/// The states of jobs that their rows do not show: the progress of finalizing, and failures that could not be written.
type Phases = Arc<Mutex<HashMap<String, Phase>>>;

/// The state of a job that is `FINALIZE_PENDING` in the data file.
#[derive(Debug)]
enum Phase {
    /// Finalizing has reached this status.
    Reached(Status),
    /// Finalizing failed, and so did writing that down.
    Failed { reason: String, at: i64 },
}

/// The store. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Worker,
    reader: Worker,
    clock: Clock,
    phases: Phases,
    lock: Option<Arc<DataLock>>,
    revision: Arc<AtomicU64>,
    /// Used by the thread that writes alone.
    staged: Arc<Mutex<Staged>>,
}

impl Store {
    /// Opens the data file, or a store in memory, and finishes the jobs that were being finalized.
    pub async fn open(path: Option<&Path>, clock: Clock) -> Result<Self, Error> {
        let (path, now) = (path.map(Path::to_owned), clock.now());
        let opened = tokio::task::spawn_blocking(move || open::open(path.as_deref(), now)).await;
        let open::Opened { writer, reader, lock } = opened.map_err(|_| Error::Stopped)??;
        let store = Self {
            writer,
            reader,
            clock,
            phases: Phases::default(),
            lock: lock.map(Arc::new),
            revision: Arc::default(),
            staged: Arc::default(),
        };
        let pending = store.write(|connection| Job::pending(connection)).await??;
        for id in pending {
            tracing::info!(job = %id, "finalizing the job that was interrupted");
            store.queue_finalize(id)?;
        }
        Ok(store)
    }

    /// Leaves a note beside the data file that tells other processes where this server listens.
    pub fn publish(&self, server: &RunningServer) -> std::io::Result<()> {
        self.lock.as_ref().map_or(Ok(()), |lock| lock.publish(server))
    }

    /// Finishes what is queued, then closes the data file.
    pub async fn close(&self) -> Result<(), Error> {
        // The last connection to close cleans up SQLite's files, which only the writer may do.
        self.reader.stop().await?;
        self.writer.stop().await
    }

    /// Starts a job.
    pub async fn start(&self, new: NewJob) -> Result<Job, Refused> {
        let now = self.clock.now();
        self.write(move |connection| {
            let transaction = connection.transaction()?;
            let scope = tables::scope(&transaction, new.mode.scope_kind(new.source), &new.scope, now)?;
            let id = new.integration_job_id.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
            let inserted = transaction.execute(
                "INSERT OR IGNORE INTO job \
                     (id, scope_id, source, integration_job_id, sync_mode, status, start_timestamp) \
                     VALUES (?1, ?2, ?3, ?4, ?5, 'AWAITING_UPLOADS', ?6)",
                params![
                    id,
                    scope,
                    new.source.as_str(),
                    // The service makes an integration job with the id of the sync job.
                    (new.source != Source::Api).then_some(&id),
                    new.mode.as_str(),
                    now
                ],
            )?;
            if inserted == 0 {
                return Err(Refused::JobExists { id });
            }
            let job = Job::find(&transaction, &id)?;
            transaction.commit()?;
            Ok(job)
        })
        .await?
    }

    /// The job as it stands.
    pub async fn job(&self, id: &str) -> Result<Job, Refused> {
        let id = id.to_owned();
        let mut job = self.reader.run(move |connection| Job::find(connection, &id)).await??;
        self.show_phase(&mut job);
        Ok(job)
    }

    /// The newest jobs first.
    pub async fn jobs(&self, limit: u32) -> Result<Vec<Job>, Error> {
        let mut jobs = self.reader.run(move |connection| Job::newest(connection, limit)).await??;
        for job in &mut jobs {
            self.show_phase(job);
        }
        Ok(jobs)
    }

    /// Stages a batch, whole or not at all.
    pub async fn upload(&self, id: &str, batch: Batch, replace: bool) -> Result<Job, Refused> {
        let (id, staged) = (id.to_owned(), Arc::clone(&self.staged));
        self.write(move |connection| lock(&staged).upload(connection, &id, &batch, replace)).await?
    }

    /// Stores that the job is to be finalized, queues the work, and returns the job as `FINALIZE_PENDING`.
    ///
    /// The job is finalized whether or not the client asks again, and also when the process is killed.
    pub async fn finalize(&self, id: &str, partial_types: Vec<String>) -> Result<Job, Refused> {
        let id = id.to_owned();
        let job = self
            .write(move |connection| {
                let mut job = Job::find_open(connection, &id)?;
                job.status = Status::FinalizePending;
                job.partial_types = partial_types;
                job.save(connection)?;
                Ok::<_, Refused>(job)
            })
            .await??;
        self.queue_finalize(job.id.clone())?;
        Ok(job)
    }

    fn queue_finalize(&self, id: String) -> Result<(), Error> {
        let (clock, phases) = (self.clock.clone(), Arc::clone(&self.phases));
        let (revision, staged) = (Arc::clone(&self.revision), Arc::clone(&self.staged));
        self.writer.queue(move |connection| {
            let on_phase = |status| {
                lock(&phases).insert(id.clone(), Phase::Reached(status));
                revision.fetch_add(1, Ordering::Relaxed);
            };
            let rows = lock(&staged).take(&id);
            let ended = finalize::run(connection, &id, &clock, rows, &on_phase);
            let mut phases = lock(&phases);
            match ended {
                Ok(()) => phases.remove(&id),
                // Clients that wait for the job must see that it ended, although that could not be written to the data
                // file.
                Err(reason) => phases.insert(id, Phase::Failed { reason, at: clock.now() }),
            };
            revision.fetch_add(1, Ordering::Relaxed);
        })
    }

    /// Ends the job and drops what it uploaded.
    pub async fn abort(&self, id: &str, reason: Option<String>, end: Status) -> Result<Job, Refused> {
        let (id, now, staged) = (id.to_owned(), self.clock.now(), Arc::clone(&self.staged));
        self.write(move |connection| {
            lock(&staged).take(&id);
            let transaction = connection.transaction()?;
            let mut job = Job::find_open(&transaction, &id)?;
            job.status = end;
            job.reason = reason;
            job.end_timestamp = Some(now);
            job.save(&transaction)?;
            stage::clear(&transaction, &id)?;
            transaction.commit()?;
            Ok(job)
        })
        .await?
    }

    /// Keeps the events (name, description) that an integration reports about a job.
    pub async fn add_events(&self, id: &str, events: Vec<(String, String)>) -> Result<Vec<Event>, Refused> {
        let (id, now) = (id.to_owned(), self.clock.now());
        self.write(move |connection| {
            let transaction = connection.transaction()?;
            let job = Job::find(&transaction, &id)?;
            let events: Vec<Event> = events
                .into_iter()
                .map(|(name, description)| Event {
                    id: Uuid::new_v4().to_string(),
                    name,
                    description,
                    create_date: now,
                })
                .collect();
            for event in &events {
                transaction
                    .prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .execute(params![event.id, job.id, event.name, event.description, now])?;
            }
            transaction.commit()?;
            Ok(events)
        })
        .await?
    }

    /// The events of a job in the order they came.
    pub async fn events(&self, id: &str) -> Result<Vec<Event>, Refused> {
        let id = id.to_owned();
        self.reader
            .run(move |connection| {
                let job = Job::find(connection, &id)?;
                let mut statement = connection.prepare_cached(
                    "SELECT id, name, description, create_date FROM event WHERE job = ?1 ORDER BY rowid",
                )?;
                let events = statement.query_map([job.id], |row| {
                    Ok(Event {
                        id: row.get(0)?,
                        name: row.get(1)?,
                        description: row.get(2)?,
                        create_date: row.get(3)?,
                    })
                })?;
                Ok(events.collect::<rusqlite::Result<_>>()?)
            })
            .await?
    }

    /// Runs a task on the connection that writes, and notes that something may have changed.
    async fn write<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let ended = self.writer.run(task).await;
        self.revision.fetch_add(1, Ordering::Relaxed);
        ended
    }

    fn show_phase(&self, job: &mut Job) {
        if job.status != Status::FinalizePending {
            return;
        }
        match lock(&self.phases).get(&job.id) {
            Some(Phase::Reached(status)) => job.status = *status,
            Some(Phase::Failed { reason, at }) => job.fail(reason, *at),
            None => {}
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
