//! `run`: opens a job, collects into it, and finalizes it, or aborts it so that nothing changes.

use std::pin::pin;
use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::Naming;

use crate::engine::{self, Collected, Destination, Plan, Stop, StopSignal, Stopped};
use crate::jupiterone::{Job, SyncClient, Uploader};
use crate::observe::progress::{Phase, Progress};
use crate::recordings::traffic::Traffic;
use crate::run::env::Env;
use crate::run::error::RunError;
use crate::run::job::{self, Uploaded};
use crate::run::program::Program;
use crate::run::settings::{JobSettings, RunSettings};
use crate::run::summary::Summary;
use crate::run::{Ready, client, conclude_traffic, credentials, prepare, types_of_summary};

/// Runs the integration into JupiterOne.
pub(crate) async fn run(
    program: &'static Program,
    settings: &RunSettings,
    env: &Env,
    progress: &Progress,
) -> Summary {
    let mut traffic = None;
    let mut summary = match ready(program, settings, env, &mut traffic).await {
        Ok((ready, plan, client)) => {
            into_job(&settings.job, ready, &plan, client, progress, job::stop_signal()).await
        }
        Err(error) => Summary::failed(&error),
    };
    conclude_traffic(traffic.as_ref(), &settings.collect, &mut summary);
    summary
}

/// Checks everything that can be wrong before a job is opened.
async fn ready(
    program: &'static Program,
    settings: &RunSettings,
    env: &Env,
    traffic: &mut Option<Traffic>,
) -> Result<(Ready, Plan, SyncClient), RunError> {
    let mut plan = Plan::new(program.steps, &settings.collect.steps).map_err(RunError::usage)?;
    job::check(&settings.job)?;
    let (credentials, problems) = credentials(env, settings.job.source, settings.job.scope.as_deref());
    let ready = prepare(program, env, &settings.collect, problems, &mut plan, traffic).await?;
    let client = client(program, credentials)?;
    let (replays, deletes) = (settings.collect.traffic.replay.is_some(), settings.job.deletes_unasked());
    job::check_replay(replays, deletes, &client, "write `--local` for the local JupiterOne, or `--yes`")?;
    Ok((ready, plan, client))
}

/// Runs a connected integration into a job. `stop` resolves when the run is asked to end.
pub(crate) async fn into_job(
    settings: &JobSettings,
    ready: Ready,
    plan: &Plan,
    client: SyncClient,
    progress: &Progress,
    stop: impl Future<Output = StopSignal> + Send,
) -> Summary {
    // One signal for the whole run: from here on it ends the run in an orderly way, whatever the run is doing.
    let mut stop = pin!(stop);
    let job = match job::open(&client, settings, stop.as_mut()).await {
        Ok(job) => job,
        Err(error) => return Summary::failed(&error),
    };
    let client = Arc::new(client);
    let mut summary = Summary::default();
    let ended = upload(settings, ready, plan, (&client, &job), progress, stop, &mut summary).await;
    if let Err(error) = ended {
        summary.fail(&error);
        job::give_up(settings, &client, job, &mut summary).await;
    }
    summary.uploads = Some(client.sent());
    summary
}

/// Collects into an open job, and finalizes it. After an error the job is to be aborted.
async fn upload(
    settings: &JobSettings,
    ready: Ready,
    plan: &Plan,
    (client, job): (&Arc<SyncClient>, &Job),
    progress: &Progress,
    mut stop: Stop<'_>,
    summary: &mut Summary,
) -> Result<(), RunError> {
    let uploader = Uploader::new(Arc::clone(client), job.id.clone()).shared(settings.is_shared());
    let destination = Destination::Upload(uploader, settings.sync_mode);
    let Ready { program, integration, naming } = ready;
    let collected =
        engine::collect(integration, plan, naming.clone(), destination, progress, stop.as_mut()).await?;
    let uploaded = settle(program, settings, collected, &naming, progress, stop.as_mut(), summary).await?;
    job::conclude(settings, (client, job), uploaded, progress, stop, summary).await.map(drop)
}

/// Waits until JupiterOne has taken the uploads.
async fn settle(
    program: &'static Program,
    settings: &JobSettings,
    collected: Collected,
    naming: &Naming,
    progress: &Progress,
    stop: Stop<'_>,
    summary: &mut Summary,
) -> Result<Uploaded, RunError> {
    let Collected { mut steps, mut ledger, destination, index, carry: _ } = collected;
    progress.phase(Phase::Settling);
    let mut received = [0; 2];
    if let Destination::Upload(uploader, _) = destination {
        for object in job::settle(&uploader, stop).await? {
            engine::too_large(&mut steps, &mut ledger, &object);
        }
        received = uploader.received();
    }
    job::check_count(settings.sync_mode, steps.iter().map(|step| step.entities).sum())?;
    *summary = Summary::collected(steps, ledger);
    let types = types_of_summary(program, naming, summary);
    Ok(Uploaded { types, brings: Box::new(index), received })
}

/// An engine that was stopped before all steps had ended.
impl From<Stopped> for RunError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Failed(error) => Self::aborted(error),
            Stopped::Signal(signal) => Self::interrupted(signal),
        }
    }
}
