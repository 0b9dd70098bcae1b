//! The rights of a process on the job: a worker uploads, and only the closing process finalizes.

use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::report::Event;
use j1_core::{Error, Result};

use super::files::{JobFile, RunFiles};
use super::known::Objects;
use super::part::Collected;
use super::receipt::{CompleteSet, TooLargeRecord};
use crate::code;
use crate::engine::{Destination, Stop};
use crate::jupiterone::{Batch, Events, Job, SyncClient, SyncMode, Uploader};
use crate::observe::progress::Progress;
use crate::run::error::RunError;
use crate::run::job::{self, FinalizedBy, Uploaded};
use crate::run::settings::JobSettings;
use crate::run::summary::Summary;

/// A session that uploads to an open job. It has no way to finalize it.
pub(crate) struct Uploading {
    client: Arc<SyncClient>,
    job: String,
    mode: SyncMode,
    events: Events,
}

/// One attempt at a shard, as the people who look at the job read it.
pub(crate) struct Attempt {
    /// The number of the shard and of all shards.
    pub shard: [usize; 2],
    pub number: u64,
    /// The shard's part of the work, in tenths of a percent.
    pub share: u64,
}

/// The result of a delivery.
pub(crate) struct Delivered {
    pub received: [u64; 2],
    pub too_large: Vec<TooLargeRecord>,
}

impl Uploading {
    /// Uploads to the job that this process has started.
    pub fn started(client: Arc<SyncClient>, job: &Job, mode: SyncMode) -> Self {
        Self::new(client, job.id.clone(), mode)
    }

    fn new(client: Arc<SyncClient>, job: String, mode: SyncMode) -> Self {
        let events = Events::new(Arc::clone(&client), job.clone());
        Self { client, job, mode, events }
    }

    /// Joins the job of a run.
    ///
    /// # Errors
    /// When the job takes no uploads any more: then it was ended, and a late upload is refused.
    pub async fn join(client: Arc<SyncClient>, job: &JobFile) -> Result<Self> {
        job.check(client.scope())?;
        let status = client.status(&job.job).await?;
        if status.takes_uploads() {
            return Ok(Self::new(client, job.job.clone(), job.mode()));
        }
        Err(ended(&status))
    }

    /// Says that a shard is being collected; does not wait.
    pub fn collecting(&self, attempt: &Attempt) {
        let Attempt { number, share, .. } = attempt;
        let (whole, tenth) = (share / 10, share % 10);
        self.events.tell(&Event::step_start(format!(
            "{} is being collected: attempt {number}, {whole}.{tenth}% of the work",
            attempt.what()
        )));
    }

    /// Waits for the last of these events, for a while.
    pub async fn close(&self) {
        self.events.close().await;
    }

    /// Uploads the part of a shard.
    pub async fn deliver_shard(
        &self,
        files: &RunFiles,
        part: &Collected,
        attempt: &Attempt,
    ) -> Result<Delivered> {
        let again = format!(": attempt {}", attempt.number);
        self.upload(files, part, (&attempt.what(), &again)).await
    }

    /// Uploads a part. Sent again, it is the same: JupiterOne keeps one of two equal objects.
    pub async fn deliver(&self, files: &RunFiles, part: &Collected, what: &str) -> Result<Delivered> {
        self.upload(files, part, (what, "")).await
    }

    async fn upload(
        &self,
        files: &RunFiles,
        part: &Collected,
        (what, again): (&str, &str),
    ) -> Result<Delivered> {
        let uploader = Uploader::new(Arc::clone(&self.client), self.job.clone());
        let destination = Destination::Upload(uploader, self.mode);
        destination
            .tell(&part.name, Event::sync_upload_start(format!("the upload of {what} has begun{again}")));
        let sent = self.send(files, part, &destination).await;
        if sent.is_ok() {
            let [entities, relationships] = part.objects;
            let told = format!("{what} is uploaded: {entities} entities, {relationships} relationships");
            destination.tell(&part.name, Event::sync_upload_end(told));
        }
        let Destination::Upload(uploader, _) = destination else { unreachable!("a part goes to a job") };
        let settled = match sent {
            Ok(()) => uploader.settle().await,
            Err(error) => {
                uploader.cancel().await;
                Err(error)
            }
        };
        let too_large = match settled {
            Ok(too_large) => too_large,
            Err(error) => return Err(self.explained(error).await),
        };
        let too_large = too_large.iter().map(TooLargeRecord::new).collect();
        Ok(Delivered { too_large, received: uploader.received() })
    }

    /// Returns the error of an upload, or that of a job which has ended meanwhile: a process that comes back late.
    async fn explained(&self, error: Error) -> Error {
        match self.client.status(&self.job).await {
            Ok(job) if !job.takes_uploads() => ended(&job).caused_by(error.to_string()),
            _ => error,
        }
    }

    async fn send(&self, files: &RunFiles, part: &Collected, destination: &Destination) -> Result<()> {
        let limits = destination.limits();
        let bytes = part.read(files, "objects").await?;
        // Entities first, so that no relationship overtakes its ends.
        for wanted in [ObjectKind::Entity, ObjectKind::Relationship] {
            if !destination.takes(wanted) {
                continue;
            }
            let (mut objects, mut batch) = (Objects::new(files, part, &bytes), Batch::default());
            while let Some(object) = objects.next()? {
                if object.kind != wanted {
                    continue;
                }
                let json = destination.written(wanted, &object.json);
                let ty = object.ty.as_str().into();
                if batch.push(&ty, &object.key, &json, object.raw_data.as_deref(), &limits) {
                    destination.take(&part.name, wanted, std::mem::take(&mut batch)).await?;
                }
            }
            destination.take(&part.name, wanted, batch).await?;
        }
        Ok(())
    }
}

impl Attempt {
    /// Names the shard.
    fn what(&self) -> String {
        let [shard, shards] = self.shard;
        format!("shard {shard} of {shards}")
    }
}

/// The error of a job that this run did not end.
pub(super) fn ended(job: &Job) -> Error {
    let message = format!(
        "job {} is {}, and this run has not ended it: nothing was finalized by it. Begin a new run with `shard plan --discard`",
        job.id, job.status
    );
    Error::new(Kind::Upload, code::SHARD_JOB_ENDED, message)
}

/// The session that ends the job: the only one that finalizes, made from a complete set of receipts.
pub(crate) struct Closing {
    client: Arc<SyncClient>,
    job: Job,
    // Kept to show that there was one.
    _set: CompleteSet,
}

impl Closing {
    /// Makes the session of an open job whose shards have delivered.
    pub fn new(client: Arc<SyncClient>, job: Job, set: CompleteSet) -> Self {
        Self { client, job, _set: set }
    }

    /// Compares the whole job with what JupiterOne holds, and finalizes it.
    ///
    /// # Errors
    /// When the job was not finalized.
    pub async fn finalize(
        self,
        settings: &JobSettings,
        uploaded: Uploaded,
        progress: &Progress,
        stop: Stop<'_>,
        summary: &mut Summary,
    ) -> Result<FinalizedBy, RunError> {
        job::conclude(settings, (&self.client, &self.job), uploaded, progress, stop, summary).await
    }
}
