//! Sends batches side by side, a few at a time, and remembers what could not be sent.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use j1_core::error::Kind;
use j1_core::limits::{BATCH_BYTES, BATCH_OBJECTS};
use j1_core::recorder::{BoxFuture, ObjectKind};
use j1_core::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::code;
use crate::sync::client::{SyncClient, Uploaded};

/// Upload requests on their way at once, over all steps; the official SDK sends six at a time for each step.
const IN_FLIGHT: usize = 6;

/// Objects of one kind, serialised and separated by commas.
#[derive(Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    objects: Vec<Object>,
}

/// Where an object is in its batch, and what it is.
struct Object {
    at: Range<usize>,
    ty: Arc<str>,
    key: Box<str>,
}

/// An object that JupiterOne takes in no request.
pub(crate) struct TooLarge {
    pub ty: Arc<str>,
    pub key: String,
    pub bytes: usize,
}

impl Batch {
    /// Adds an object; whether the batch is full now.
    pub fn push(&mut self, ty: &Arc<str>, key: &str, json: &[u8]) -> bool {
        if !self.bytes.is_empty() {
            self.bytes.push(b',');
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(json);
        self.objects.push(Object { at: start..self.bytes.len(), ty: Arc::clone(ty), key: key.into() });
        self.is_full()
    }

    /// Whether the next object is for another request.
    pub fn is_full(&self) -> bool {
        self.objects.len() >= BATCH_OBJECTS || self.bytes.len() >= BATCH_BYTES
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The objects one by one, with their types.
    pub fn objects(&self) -> impl Iterator<Item = (&Arc<str>, &[u8])> {
        self.objects.iter().map(|object| (&object.ty, &self.bytes[object.at.clone()]))
    }

    fn slice(&self, range: Range<usize>) -> &[u8] {
        match (self.objects.get(range.start), self.objects.get(range.end.saturating_sub(1))) {
            (Some(first), Some(last)) => &self.bytes[first.at.start..last.at.end],
            _ => &[],
        }
    }
}

/// Uploads to one job.
pub(crate) struct Uploader {
    client: Arc<SyncClient>,
    job: String,
    permits: Arc<Semaphore>,
    tasks: Mutex<JoinSet<()>>,
    failures: Arc<Failures>,
}

#[derive(Default)]
struct Failures {
    error: Mutex<Option<Error>>,
    too_large: Mutex<Vec<TooLarge>>,
}

impl Uploader {
    pub fn new(client: Arc<SyncClient>, job: String) -> Self {
        Self {
            client,
            job,
            permits: Arc::new(Semaphore::new(IN_FLIGHT)),
            tasks: Mutex::default(),
            failures: Arc::default(),
        }
    }

    /// Waits while too many batches are on their way.
    pub async fn ready(&self) -> Result<OwnedSemaphorePermit> {
        self.check()?;
        Arc::clone(&self.permits).acquire_owned().await.map_err(|_| interrupted())
    }

    /// Sends a batch; the permit is given back when it has been taken.
    pub fn send(&self, permit: Option<OwnedSemaphorePermit>, kind: ObjectKind, batch: Batch) {
        let (client, job, failures) =
            (Arc::clone(&self.client), self.job.clone(), Arc::clone(&self.failures));
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(ended) = tasks.try_join_next() {
            if ended.is_err() {
                self.failures.note(unanswered());
            }
        }
        tasks.spawn(async move {
            let whole = 0..batch.objects.len();
            if let Err(error) = deliver(&client, &job, kind, &batch, whole, &failures).await {
                failures.note(error);
            }
            drop(permit);
        });
    }

    /// Waits until all that was sent has been taken. Tells which objects JupiterOne takes in no request.
    pub async fn settle(&self) -> Result<Vec<TooLarge>> {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        while let Some(ended) = tasks.join_next().await {
            if ended.is_err() {
                return Err(unanswered());
            }
        }
        self.check()?;
        Ok(std::mem::take(&mut *self.failures.too_large.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Gives up what is on its way, and waits until it is.
    pub async fn cancel(&self) {
        // A step that still runs finds no place any more.
        self.permits.close();
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }

    /// The first upload that failed, if one has.
    fn check(&self) -> Result<()> {
        match &*self.failures.error.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(Error::new(error.kind(), error.code(), error.message())),
            None => Ok(()),
        }
    }
}

impl Failures {
    /// Keeps the first.
    fn note(&self, error: Error) {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

fn unanswered() -> Error {
    Error::new(Kind::Upload, code::UPLOAD, "an upload ended before it was answered")
}

fn interrupted() -> Error {
    Error::new(Kind::Cancelled, code::INTERRUPTED, "the run was interrupted")
}

/// Sends a part of a batch, in halves where it is too large for one request.
fn deliver<'a>(
    client: &'a SyncClient,
    job: &'a str,
    kind: ObjectKind,
    batch: &'a Batch,
    part: Range<usize>,
    failures: &'a Failures,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        match client.upload(job, kind, batch.slice(part.clone())).await? {
            Uploaded::Taken => Ok(()),
            Uploaded::TooLarge if part.len() > 1 => {
                let middle = part.start + part.len() / 2;
                deliver(client, job, kind, batch, part.start..middle, failures).await?;
                deliver(client, job, kind, batch, middle..part.end, failures).await
            }
            Uploaded::TooLarge => {
                if let Some(object) = batch.objects.get(part.start) {
                    failures.too_large.lock().unwrap_or_else(PoisonError::into_inner).push(TooLarge {
                        ty: Arc::clone(&object.ty),
                        key: object.key.to_string(),
                        bytes: object.at.len(),
                    });
                }
                Ok(())
            }
        }
    })
}
