//! `run`: opens a job, collects into it, and finalizes it, or gives it up so that nothing changes.

use std::pin::{Pin, pin};
use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::cli::{OnPartial, RunArgs};
use crate::code;
use crate::command::{Ready, agent, partial_types, prepare};
use crate::connect::Connect;
use crate::engine::{Collected, Destination, Plan, Progress, collect};
use crate::env::Env;
use crate::http::Http;
use crate::summary::{JobSummary, PartialDatasets, Status, Summary, exit};
use crate::sync::{Job, SyncClient, Uploader};

/// Runs the integration into JupiterOne.
pub(crate) async fn run<I: Connect>(args: &RunArgs, env: &Env, progress: &dyn Progress) -> Summary {
    let (ready, plan, client) = match ready::<I>(args, env).await {
        Ok(ready) => ready,
        Err(summary) => return *summary,
    };
    // One for the whole run: from here on a signal ends it in an orderly way, whatever it is doing.
    let mut signal = pin!(interrupted());
    let job = tokio::select! {
        opened = open(&client, args) => match opened {
            Ok(job) => job,
            Err(error) => return Summary::failed(exit::ABORTED, &error),
        },
        code = &mut signal => return stopped(code),
    };
    within(args, ready, &plan, &Arc::new(client), job, progress, signal).await
}

fn stopped(code: u8) -> Summary {
    let error =
        Error::new(Kind::Cancelled, code::INTERRUPTED, "the run was interrupted; nothing was changed");
    Summary::failed(code, &error)
}

/// All that can be wrong before a job is opened.
async fn ready<I: Connect>(args: &RunArgs, env: &Env) -> Result<(Ready<I>, Plan, SyncClient), Box<Summary>> {
    let failed = |error: Error| Box::new(Summary::failed(exit::USAGE, &error));
    let plan = Plan::new(I::STEPS, &args.collecting.step).map_err(failed)?;
    let (credentials, problems) = match env.credentials() {
        Ok(credentials) => (Some(credentials), Vec::new()),
        Err(problems) => (None, problems),
    };
    let ready = prepare::<I>(env, &args.collecting, problems).await?;
    let Some(credentials) = credentials else { return Err(Box::new(Summary::misconfigured(&[]))) };
    let client = SyncClient::new(credentials, Http::network(&agent::<I>()).map_err(failed)?);
    Ok((ready, plan, client))
}

async fn open(client: &SyncClient, args: &RunArgs) -> Result<Job> {
    let Some(id) = &args.job else { return client.start(args.sync_mode).await };
    let job = client.status(id).await?;
    let refused = |what: String| Err(Error::new(Kind::Upload, code::REFUSED, what));
    if !job.takes_uploads() {
        return refused(format!(
            "job {id} is {} and takes no uploads; start one without `--job`",
            job.status
        ));
    }
    // In the wrong mode a finalize would delete what this run does not send.
    match job.others.get("syncMode").and_then(|mode| mode.as_str()) {
        Some(mode) if mode != args.sync_mode.as_str() => refused(format!(
            "job {id} was opened as {mode}; write `--sync-mode {}`",
            mode.to_ascii_lowercase()
        )),
        _ => Ok(job),
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
    mut signal: Signal<'_>,
) -> Summary {
    let destination = Destination::Upload(Uploader::new(Arc::clone(client), job.id.clone()), args.sync_mode);
    let collecting = collect(ready.integration, plan, ready.naming, destination, progress);
    let collected = tokio::select! {
        collected = collecting => collected,
        code = &mut signal => return give_up(args, client, job, stopped(code)).await,
    };
    let concluded = match collected {
        Ok(collected) => conclude(args, client, &job, collected, signal).await,
        Err((error, destination)) => {
            if let Destination::Upload(uploader, _) = destination {
                uploader.cancel().await;
            }
            Err(Box::new(Summary::failed(exit::ABORTED, &error)))
        }
    };
    match concluded {
        Ok(summary) => *summary,
        Err(summary) => give_up(args, client, job, *summary).await,
    }
}

/// Gives the job up, unless it is another's to end.
async fn give_up(args: &RunArgs, client: &SyncClient, job: Job, mut summary: Summary) -> Summary {
    let reason = summary.error.as_ref().map_or("the run failed", |error| &error.message);
    let ended = match &args.job {
        Some(id) => {
            tracing::warn!("job {id} stays open and is not complete; abort it, do not finalize it");
            client.status(id).await
        }
        None => client.abort(&job.id, reason).await,
    };
    let job = ended.unwrap_or_else(|error| {
        tracing::warn!(
            "job {} could not be given up; as long as nobody finalizes it, it changes nothing: {error}",
            job.id
        );
        job
    });
    summary.job = Some(JobSummary::new(job, args.sync_mode));
    summary
}

/// Waits for the uploads, and finalizes. What is wrong before the finalize is an `Err`: the job is given up then.
async fn conclude(
    args: &RunArgs,
    client: &SyncClient,
    job: &Job,
    collected: Collected,
    mut signal: Signal<'_>,
) -> Result<Box<Summary>, Box<Summary>> {
    let Collected { mut steps, mut ledger, destination } = collected;
    if let Destination::Upload(uploader, _) = destination {
        let settled = tokio::select! {
            settled = uploader.settle() => settled,
            code = &mut signal => {
                uploader.cancel().await;
                return Err(Box::new(stopped(code)));
            }
        };
        let too_large = settled.map_err(|error| Box::new(Summary::failed(exit::ABORTED, &error)))?;
        for object in too_large {
            crate::engine::too_large(&mut steps, &mut ledger, object);
        }
    }
    let partial = partial_types(&steps);
    let mut summary = Box::new(Summary::collected(steps, ledger, partial));
    if summary.status == Status::Partial && args.on_partial == OnPartial::Abort {
        let message = "something was not read, and `--on-partial abort` was given; nothing was changed";
        summary.fail(exit::ABORTED, &Error::new(Kind::Upload, code::PARTIAL, message));
        return Err(summary);
    }
    let ended = if args.skip_finalize {
        client.status(&job.id).await.map_err(Finalize::Unknown)
    } else {
        finalize(client, job, &summary.partial_datasets).await
    };
    match ended {
        Ok(job) => {
            let job = if args.wait && !args.skip_finalize {
                wait(client, job, &mut summary, signal).await
            } else {
                job
            };
            if job.has_ended() && !job.is_finished() {
                let message = format!("job {} ended as {}; look at it in JupiterOne", job.id, job.status);
                summary.fail(exit::ABORTED, &Error::new(Kind::Upload, code::REFUSED, message));
            }
            summary.job = Some(JobSummary::new(job, args.sync_mode));
            Ok(summary)
        }
        Err(Finalize::Refused(error)) => {
            summary.fail(exit::ABORTED, &error);
            Err(summary)
        }
        Err(Finalize::Unknown(error)) => {
            // To abort now could stop a finalize in the middle.
            let message = format!(
                "whether job {} was finalized is not known, so it is not aborted: {}",
                job.id,
                error.message()
            );
            summary.fail(exit::ABORTED, &Error::new(Kind::Upload, error.code(), message));
            summary.job = Some(JobSummary::new(job.clone(), args.sync_mode));
            Ok(summary)
        }
    }
}

/// Why a job was not finalized.
enum Finalize {
    /// JupiterOne did not: the job is as open as before.
    Refused(Error),
    /// Nobody knows: the answer was lost, and so was the one to the question after it.
    Unknown(Error),
}

/// Finalizes a job. An answer that was lost says nothing of what became of the request, so the job itself is asked.
async fn finalize(client: &SyncClient, job: &Job, partial: &PartialDatasets) -> Result<Job, Finalize> {
    match client.finalize(&job.id, &partial.types).await {
        Ok(job) => Ok(job),
        Err(error) => match client.status(&job.id).await {
            Ok(job) if !job.takes_uploads() => Ok(job),
            Ok(_) => Err(Finalize::Refused(error)),
            Err(_) => Err(Finalize::Unknown(error)),
        },
    }
}

/// Waits for the end of a finalized job. What goes wrong meanwhile is told, but changes nothing of the job.
async fn wait(client: &SyncClient, job: Job, summary: &mut Summary, signal: Signal<'_>) -> Job {
    let finalized = job.clone();
    let error = tokio::select! {
        ended = client.wait(job) => match ended {
            Ok(job) => return job,
            Err(error) => (exit::ABORTED, error),
        },
        code = signal => {
            let message = format!("interrupted while waiting for job {}, which goes on in JupiterOne", finalized.id);
            (code, Error::new(Kind::Cancelled, code::INTERRUPTED, message))
        }
    };
    summary.fail(error.0, &error.1);
    finalized
}

/// Resolves to the code the process ends with when it is asked to end.
type Signal<'a> = Pin<&'a mut (dyn Future<Output = u8> + Send)>;

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
