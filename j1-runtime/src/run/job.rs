//! A job from its opening to its end: it is finalized, or given up so that nothing changes.

use std::pin::Pin;

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::model::limits::MAX_OVERRIDES;
use j1_core::{Error, Result};
use tracing::Instrument as _;

use crate::cli::{Finishing, OnPartial};
use crate::code;
use crate::engine::Partial;
use crate::jupiterone::prediction::{self, Brings, Limit, Types};
use crate::jupiterone::{Job, Opening, Source, SyncClient, SyncMode, TooLarge, Uploader};
use crate::observe::progress::{Phase, Progress};
use crate::observe::trace;
use crate::run::summary::{Guard, JobSummary, PartialDatasets, Status, Summary, exit};

/// Resolves to the code the process ends with when it is asked to end.
pub(crate) type Signal<'a> = Pin<&'a mut (dyn Future<Output = u8> + Send)>;

/// What was uploaded to a job.
pub(crate) struct Uploaded {
    /// What it came to so far.
    pub summary: Box<Summary>,
    pub types: Types,
    /// What JupiterOne holds is compared with it.
    pub brings: Box<dyn Brings>,
}

/// Whether what a job is asked for goes together.
pub(crate) fn check(args: &Finishing) -> Result<(), Box<Summary>> {
    let wrong = match (args.source, &args.scope) {
        (Source::Api, None) => {
            "`--source api` needs a `--scope`, which names what is compared together, such as `--scope my-scripts`"
        }
        (Source::IntegrationExternal | Source::IntegrationManaged, Some(_)) => {
            "`--scope` goes with `--source api` only; the scope of an integration is its instance"
        }
        _ => return Ok(()),
    };
    let error = Error::new(Kind::Config, code::CONFIG, wrong);
    Err(Box::new(Summary::failed(exit::USAGE, &error)))
}

/// Whether the mode takes so many entities.
pub(crate) fn check_count(mode: SyncMode, entities: u64) -> Result<(), Box<Summary>> {
    if mode != SyncMode::Override || entities <= MAX_OVERRIDES {
        return Ok(());
    }
    let message = format!(
        "a job of the mode `override` takes {MAX_OVERRIDES} entities, and these are {entities}; nothing was changed. Run \
         fewer steps at a time with `--step`"
    );
    Err(Box::new(Summary::failed(exit::ABORTED, &Error::new(Kind::Upload, code::REFUSED, message))))
}

/// Opens a job, or joins one.
pub(crate) async fn open(
    client: &SyncClient,
    args: &Finishing,
    signal: Signal<'_>,
) -> Result<Job, Box<Summary>> {
    let opened = async {
        match &args.job {
            Some(id) => join(client, args.sync_mode, id).await,
            None => {
                let scope = args.scope.as_deref();
                client.start(Opening { mode: args.sync_mode, source: args.source, scope }).await
            }
        }
    };
    tokio::select! {
        opened = opened => opened.map_err(|error| Box::new(Summary::failed(exit::ABORTED, &error))),
        code = signal => Err(Box::new(stopped(code))),
    }
}

async fn join(client: &SyncClient, mode: SyncMode, id: &str) -> Result<Job> {
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
        Some(said) if said != mode.as_str() => refused(format!(
            "job {id} was opened as {said}; write `--sync-mode {}`",
            said.to_ascii_lowercase().replace('_', "-")
        )),
        _ => Ok(job),
    }
}

/// A run that was asked to end.
pub(crate) fn stopped(code: u8) -> Summary {
    Summary::failed(code, &interruption())
}

/// Why a run that was asked to end came to nothing.
pub(crate) fn interruption() -> Error {
    Error::new(Kind::Cancelled, code::INTERRUPTED, "the run was interrupted; nothing was changed")
}

/// Waits until all that was sent has been taken. Tells which objects JupiterOne takes in no request.
pub(crate) async fn settle(uploader: &Uploader, signal: Signal<'_>) -> Result<Vec<TooLarge>, Box<Summary>> {
    tokio::select! {
        settled = uploader.settle().instrument(trace::settle()) => {
            settled.map_err(|error| Box::new(Summary::failed(exit::ABORTED, &error)))
        }
        code = signal => {
            uploader.cancel().await;
            Err(Box::new(stopped(code)))
        }
    }
}

/// Gives the job up, unless it is another's to end.
pub(crate) async fn give_up(
    args: &Finishing,
    client: &SyncClient,
    job: Job,
    mut summary: Summary,
) -> Summary {
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

/// Looks at what a finalize would do, and finalizes. What is wrong before the finalize is an `Err`: the job is given up
/// then.
pub(crate) async fn conclude(
    args: &Finishing,
    client: &SyncClient,
    job: &Job,
    uploaded: Uploaded,
    progress: &Progress,
    mut signal: Signal<'_>,
) -> Result<Box<Summary>, Box<Summary>> {
    let Uploaded { mut summary, types, mut brings } = uploaded;
    if summary.status == Status::Partial && args.on_partial == OnPartial::Abort {
        let message = "something was not read, and `--on-partial abort` was given; nothing was changed";
        summary.fail(exit::ABORTED, &Error::new(Kind::Upload, code::PARTIAL, message));
        return Err(summary);
    }
    if args.skip_finalize {
        warn_of_others(job, &summary);
    } else if args.sync_mode.deletes() {
        progress.phase(Phase::Predicting);
        let guarded = tokio::select! {
            guarded = guard(args, client, &mut *brings, &types, &mut summary) => guarded,
            code = signal.as_mut() => {
                summary.fail(code, &interruption());
                return Err(summary);
            }
        };
        if let Err(error) = guarded {
            summary.fail(exit::TOO_MANY_DELETED, &error);
            return Err(summary);
        }
    }
    drop(brings);
    progress.phase(Phase::Finalizing);
    let ended = if args.skip_finalize {
        client.status(&job.id).await.map_err(Finalize::Unknown)
    } else {
        let span = trace::finalize(job, summary.partial_datasets.types.len());
        let ended = finalize(client, job, &summary.partial_datasets).instrument(span.clone()).await;
        if let Ok(job) = &ended {
            span.record("status", &*job.status);
        }
        ended
    };
    progress.phase(Phase::Waiting);
    finished(args, client, job, ended, summary, signal).await
}

/// Whoever finalizes a job that is left open has to know what it does not hold.
fn warn_of_others(job: &Job, summary: &Summary) {
    let types = &summary.partial_datasets.types;
    if !types.is_empty() {
        tracing::warn!(
            "job {} is left open and is not complete: whoever finalizes it has to send \
             `{{\"partialDatasets\":{{\"types\":{types:?}}}}}`, or what was not read is deleted",
            job.id
        );
    }
}

/// Compares with what JupiterOne holds: types that this version knows nothing of are protected, and a finalize that
/// would delete too much is an error.
async fn guard(
    args: &Finishing,
    client: &SyncClient,
    brings: &mut dyn Brings,
    types: &Types,
    summary: &mut Summary,
) -> Result<()> {
    let limit = args.max_delete.unwrap_or(Limit::DEFAULT);
    let both = [ObjectKind::Entity, ObjectKind::Relationship];
    let predicting = prediction::predict(client, brings, types, &both).instrument(trace::predict());
    let prediction = match predicting.await {
        Ok(prediction) => prediction,
        Err(error) if args.max_delete.is_some() && !args.yes => {
            let message = format!(
                "{}; so `--max-delete` cannot be kept, and nothing was changed. Give the key the permission to query, \
                 or run without `--max-delete`",
                error.message()
            );
            return Err(Error::new(Kind::Upload, error.code(), message));
        }
        Err(error) => {
            tracing::warn!("{error}; how much the finalize deletes was not looked at");
            summary.guard =
                Some(Guard { checked: false, max_delete: limit.percent(), reason: Some(error.to_string()) });
            return Ok(());
        }
    };
    for ty in &prediction.unknown {
        let reason = format!(
            "JupiterOne holds `{ty}` of this instance, and no step declares it: it is kept. If the integration no longer \
             has the type, say so with `#[j1(retired(\"{ty}\"))]`, and it is deleted"
        );
        summary.protect(Partial { ty: ty.clone(), reason });
    }
    summary.guard = Some(Guard { checked: true, max_delete: limit.percent(), reason: None });
    match prediction::exceeded(&prediction, limit, &types.retired) {
        Some(error) if !args.yes => {
            summary.plan = Some(prediction.types);
            Err(error)
        }
        _ => Ok(()),
    }
}

/// What became of the job.
async fn finished(
    args: &Finishing,
    client: &SyncClient,
    job: &Job,
    ended: Result<Job, Finalize>,
    mut summary: Box<Summary>,
    signal: Signal<'_>,
) -> Result<Box<Summary>, Box<Summary>> {
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
    let (finalized, span) = (job.clone(), trace::wait(&job));
    let error = tokio::select! {
        ended = client.wait(job).instrument(span.clone()) => match ended {
            Ok(job) => {
                span.record("status", &*job.status);
                return job;
            }
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

/// Waits for SIGINT or SIGTERM; the code that the process then ends with.
pub(crate) async fn interrupted() -> u8 {
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
