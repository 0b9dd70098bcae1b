//! `shard open`: starts one job, uploads what the root steps collected, and writes `job.json`.

use std::sync::Arc;

use j1_core::Result;

use super::close::FINALIZED;
use super::files::{JobFile, PlanFile, RunFiles};
use super::session::Uploading;
use super::settings::{OpenSettings, Setup};
use super::status;
use super::store::Created;
use crate::engine::Stop;
use crate::jupiterone::{Job, SyncClient};
use crate::observe::progress::{Phase, Progress};
use crate::run::error::RunError;
use crate::run::job;
use crate::run::summary::{JobSummary, Status, Summary};

/// Opens the job of the current run. If there is one already, nothing is started.
pub(crate) async fn open(
    setup: &Setup,
    settings: &OpenSettings,
    client: SyncClient,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let (files, plan) = setup.current().await?;
    let client = Arc::new(client.repeating());
    if files.job().await?.is_some() || files.closed().await?.is_some() {
        let known = files.open_job(&plan).await?;
        known.check(client.scope())?;
        return Ok(opened(&plan, client.status(&known.job).await?, settings));
    }
    progress.phase(Phase::Uploading);
    tokio::select! {
        opened = start(&files, &plan, settings, client) => opened,
        signal = stop => Err(RunError::interrupted(signal)),
    }
}

async fn start(
    files: &RunFiles,
    plan: &PlanFile,
    settings: &OpenSettings,
    client: Arc<SyncClient>,
) -> Result<Summary, RunError> {
    fence(files, &client).await?;
    let never = std::pin::pin!(std::future::pending());
    let job = job::open(&client, &settings.job, never).await?;
    let file = JobFile {
        plan_hash: plan.plan_hash.clone(),
        job: job.id.clone(),
        scope: client.scope().to_owned(),
        source: settings.job.source.as_str().to_owned(),
        sync_mode: settings.job.sync_mode.as_str().to_owned(),
    };
    // The root's entities are ends of what the shards upload, so they come first. `job.json` is written when they are there.
    let session = Uploading::started(Arc::clone(&client), &job, file.mode());
    let begun = async {
        session.deliver(files, &plan.root, "the root of the plan").await?;
        files.store.create_document(&files.path("job.json"), &file).await
    };
    match begun.await {
        Ok(Created::Mine) => Ok(opened(plan, job, settings)),
        Ok(Created::Other(first)) => {
            job::abort(&client, job, "another process has opened the job of this run").await;
            Ok(opened(plan, client.status(&first.job).await?, settings))
        }
        Err(error) => {
            job::abort(&client, job, "the job could not be opened for the shards").await;
            Err(RunError::aborted(error))
        }
    }
}

/// Aborts the jobs of earlier runs that were given up. A `close` of theirs may have stopped after its last look at JupiterOne; if it
/// goes on after this run's finalize, it must not put the older data in the place of the newer.
async fn fence(files: &RunFiles, client: &SyncClient) -> Result<()> {
    for number in (1..files.number).rev() {
        let earlier = RunFiles { store: files.store.clone(), number };
        let Some(file) = earlier.job().await? else { continue };
        if earlier.closed().await?.is_some_and(|closed| closed.how == FINALIZED) {
            return Ok(());
        }
        if file.check(client.scope()).is_ok() && client.open_job(&file.job).await?.is_some() {
            client.abort(&file.job, "the run of this job was given up, and a later one begins").await?;
        }
    }
    Ok(())
}

fn opened(plan: &PlanFile, job: Job, settings: &OpenSettings) -> Summary {
    Summary {
        status: Status::Complete,
        job: Some(JobSummary::new(job, settings.job.sync_mode)),
        shards: Some(status::of_plan(plan, "open")),
        ..Summary::default()
    }
}
