//! `run`: opens a job, collects into it, and finalizes it, or gives it up so that nothing changes.

use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::cli::{OnPartial, RunArgs};
use crate::code;
use crate::command::{Ready, agent, partial_types, prepare};
use crate::connect::Connect;
use crate::engine::{Collected, Destination, Plan, Progress, collect};
use crate::env::Env;
use crate::summary::{ErrorSummary, JobSummary, PartialDatasets, Status, Summary, exit};
use crate::sync::{Job, SyncClient, SyncMode, Uploader};

/// Runs the integration into JupiterOne.
pub(crate) async fn run<I: Connect>(args: &RunArgs, env: &Env, progress: &dyn Progress) -> Summary {
    match ready::<I>(args, env).await {
        Err(summary) => *summary,
        Ok((ready, plan, client)) => match open(&client, args).await {
            Err(error) => Summary::failed(exit::ABORTED, ErrorSummary::of(&error)),
            Ok(job) => within(args, ready, &plan, &Arc::new(client), job, progress).await,
        },
    }
}

/// All that can be wrong before a job is opened.
async fn ready<I: Connect>(args: &RunArgs, env: &Env) -> Result<(Ready<I>, Plan, SyncClient), Box<Summary>> {
    let failed = |error: Error| Box::new(Summary::failed(exit::USAGE, ErrorSummary::of(&error)));
    let plan = Plan::new(I::STEPS, &args.collecting.step).map_err(failed)?;
    let (credentials, problems) = match env.credentials() {
        Ok(credentials) => (Some(credentials), Vec::new()),
        Err(problems) => (None, problems),
    };
    let ready = prepare::<I>(env, args.collecting.replay.as_deref(), problems).await?;
    let Some(credentials) = credentials else { return Err(Box::new(Summary::misconfigured(&[]))) };
    let client = SyncClient::new(credentials, &agent::<I>()).map_err(failed)?;
    Ok((ready, plan, client))
}

async fn open(client: &SyncClient, args: &RunArgs) -> Result<Job> {
    match &args.job {
        Some(job) => client.status(job).await,
        None => client.start(args.sync_mode).await,
    }
}

/// The run once a job is open: whatever happens, it is finalized or given up.
async fn within<I: Connect>(
    args: &RunArgs,
    ready: Ready<I>,
    plan: &Plan,
    client: &Arc<SyncClient>,
    job: Job,
    progress: &dyn Progress,
) -> Summary {
    let destination = Destination::Upload(Uploader::new(Arc::clone(client), job.id.clone()), args.sync_mode);
    let collecting = collect(ready.integration, plan, ready.naming, destination, progress);
    let result = tokio::select! {
        collected = collecting => match collected {
            Ok(collected) => conclude(args, client, &job, collected).await,
            Err((error, destination)) => {
                if let Destination::Upload(uploader, _) = destination {
                    uploader.cancel().await;
                }
                Err(Box::new(Summary::failed(exit::ABORTED, ErrorSummary::of(&error))))
            }
        },
        signal = interrupted() => {
            let error = Error::new(Kind::Cancelled, code::INTERRUPTED, "the run was interrupted; nothing was changed");
            Err(Box::new(Summary::failed(signal, ErrorSummary::of(&error))))
        }
    };
    match result {
        Ok(summary) => *summary,
        Err(summary) => give_up(args, client, job, *summary).await,
    }
}

/// Gives the job up, unless it is another's to end.
async fn give_up(args: &RunArgs, client: &SyncClient, job: Job, mut summary: Summary) -> Summary {
    let reason = summary.error.as_ref().map_or("the run failed", |error| &error.message);
    let ended = match &args.job {
        Some(_) => client.status(&job.id).await,
        None => client.abort(&job.id, reason).await,
    };
    let job = ended.unwrap_or_else(|error| {
        tracing::warn!(
            "job {} could not be given up, and stays open without changing anything: {error}",
            job.id
        );
        job
    });
    summary.job = Some(JobSummary::new(job, args.sync_mode));
    summary
}

/// Waits for the uploads, and finalizes.
async fn conclude(
    args: &RunArgs,
    client: &SyncClient,
    job: &Job,
    collected: Collected,
) -> Result<Box<Summary>, Box<Summary>> {
    let Collected { mut steps, mut ledger, destination } = collected;
    let failed = |error: &Error| Box::new(Summary::failed(exit::ABORTED, ErrorSummary::of(error)));
    if let Destination::Upload(uploader, _) = destination {
        let too_large = uploader.settle().await.map_err(|error| failed(&error))?;
        for object in too_large {
            crate::engine::too_large(&mut steps, &mut ledger, object);
        }
    }
    let partial = partial_types(&steps);
    let mut summary = Box::new(Summary::collected(steps, ledger, partial));
    if summary.status == Status::Partial && args.on_partial == OnPartial::Abort {
        let message = "something was not read, and `--on-partial abort` was given; nothing was changed";
        let error = Error::new(Kind::Upload, code::PARTIAL, message);
        summary.status = Status::Failed;
        summary.exit_code = exit::ABORTED;
        summary.error = Some(ErrorSummary::of(&error));
        return Err(summary);
    }
    let ended = end(args, client, job, &summary.partial_datasets).await;
    match ended {
        Ok(job) => {
            if args.wait && !args.skip_finalize && !job.is_finished() {
                let message = format!("job {} ended as {}; look at it in JupiterOne", job.id, job.status);
                summary.status = Status::Failed;
                summary.exit_code = exit::ABORTED;
                summary.error = Some(ErrorSummary::of(&Error::new(Kind::Upload, code::REFUSED, message)));
            }
            summary.job = Some(JobSummary::new(job, args.sync_mode));
            Ok(summary)
        }
        Err(error) => {
            summary.status = Status::Failed;
            summary.exit_code = exit::ABORTED;
            summary.error = Some(ErrorSummary::of(&error));
            Err(summary)
        }
    }
}

async fn end(args: &RunArgs, client: &SyncClient, job: &Job, partial: &PartialDatasets) -> Result<Job> {
    if args.skip_finalize {
        return client.status(&job.id).await;
    }
    // A PATCH deletes nothing, so there is nothing to protect.
    let types = if args.sync_mode == SyncMode::Diff { partial.types.as_slice() } else { &[] };
    let job = client.finalize(&job.id, types).await?;
    if args.wait { client.wait(job).await } else { Ok(job) }
}

/// Waits for SIGINT or SIGTERM; the code that the process then ends with.
async fn interrupted() -> u8 {
    let terminated = async {
        #[cfg(unix)]
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => exit::INTERRUPTED,
        () = terminated => exit::TERMINATED,
    }
}
