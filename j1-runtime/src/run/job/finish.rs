//! The end of a job: guarded, finalized and waited for, or left open.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use j1_core::Error;
use j1_core::error::Kind;
use j1_core::shared::inserted;
use tracing::Instrument as _;

use crate::code;
use crate::engine::Stop;
use crate::jupiterone::prediction::Types;
use crate::jupiterone::{Job, Source, SyncClient};
use crate::observe::progress::{Phase, Progress};
use crate::observe::trace;
use crate::run::error::{RunError, RunErrorKind};
use crate::run::job::{NOTHING_HELD, Uploaded, guard, others, received};
use crate::run::settings::{JobSettings, OnPartial};
use crate::run::summary::{Guard, JobSummary, Status, Summary};

/// The process that has finalized a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FinalizedBy {
    /// This one, if the job is finalized.
    This,
    /// This one, or another that works on the same job.
    Unknown,
}

/// Checks what a finalize would do, and finalizes.
///
/// # Errors
/// When the job was not finalized: it is to be given up. What goes wrong after the finalize is noted in the summary.
pub(crate) async fn conclude(
    settings: &JobSettings,
    (client, job): (&Arc<SyncClient>, &Job),
    uploaded: Uploaded,
    progress: &Progress,
    mut stop: Stop<'_>,
    summary: &mut Summary,
) -> Result<FinalizedBy, RunError> {
    let Uploaded { mut types, mut brings, received } = uploaded;
    // What a collection does not have may have come since it was begun.
    types.started = types.started.into_iter().chain(job.started()).min();
    abort_if_partial(settings, summary)?;
    let open = tokio::select! {
        open = received::check(settings, client, job, received) => open?,
        signal = stop.as_mut() => return Err(RunError::interrupted(signal)),
    };
    others::protect(settings, &open, received, &mut types, summary);
    if settings.skip_finalize {
        warn_of_others(job, summary);
    } else if settings.sync_mode.deletes() {
        progress.phase(Phase::Predicting);
        tokio::select! {
            guarded = guard::guard(settings, client, &mut *brings, &types, summary) => {
                guarded?;
            }
            signal = stop.as_mut() => return Err(RunError::interrupted(signal)),
        }
        // The guard may have found types that are not this run's to delete.
        abort_if_partial(settings, summary)?;
    }
    drop(brings);
    progress.phase(Phase::Finalizing);
    let ended = if settings.skip_finalize {
        Ok((open, FinalizedBy::This))
    } else {
        let partial = partial_types(settings, &open, &types, summary);
        let span = trace::finalize(&job.id, partial.len());
        let ended = finalize(client, job, &partial).instrument(span.clone()).await;
        if let Ok((job, _)) = &ended {
            span.record("status", &*job.status);
        }
        ended
    };
    progress.phase(Phase::Waiting);
    match ended {
        Ok((job, by)) => {
            finished(settings, client, job, stop, summary).await;
            Ok(by)
        }
        Err(Finalize::Refused(error)) => Err(RunError::aborted(error)),
        Err(Finalize::Unknown(error)) => {
            // An abort now could interrupt the finalize.
            let message = format!(
                "it is not known if job {} was finalized, so it is not aborted: {}",
                job.id,
                error.message()
            );
            summary.fail(&RunError::aborted(Error::new(Kind::Upload, error.code(), message)));
            summary.job = Some(JobSummary::new(job.clone(), settings.sync_mode));
            Ok(FinalizedBy::Unknown)
        }
    }
}

/// Returns the types that a finalize must not delete.
///
/// A job that does not say its mode may be a DIFF, although another was asked for: then all types are named.
fn partial_types<'s>(
    settings: &JobSettings,
    job: &Job,
    types: &'s Types,
    summary: &'s Summary,
) -> Cow<'s, [String]> {
    let partial = &summary.partial_datasets.types;
    if settings.sync_mode.deletes() || job.text("syncMode").is_some() {
        return Cow::Borrowed(partial);
    }
    Cow::Owned(
        inserted::<BTreeSet<_>, _>(types.declared.iter().chain(partial).cloned()).into_iter().collect(),
    )
}

/// Refuses to finalize a run that is not complete, if that was asked for.
fn abort_if_partial(settings: &JobSettings, summary: &Summary) -> Result<(), RunError> {
    if summary.status != Status::Partial || settings.on_partial != OnPartial::Abort {
        return Ok(());
    }
    let message = "something was not read, or is not this run's to delete, and `--on-partial abort` was given; nothing was \
                   changed";
    Err(RunError::aborted(Error::new(Kind::Upload, code::PARTIAL, message)))
}

/// Warns that a finalize of the open job has to name the partial types.
fn warn_of_others(job: &Job, summary: &Summary) {
    let types = &summary.partial_datasets.types;
    if !types.is_empty() {
        tracing::warn!(
            "job {} is left open and is not complete: its finalize has to send \
             `{{\"partialDatasets\":{{\"types\":{types:?}}}}}`, or what was not read is deleted",
            job.id
        );
    }
}

/// Notes how the finalized job ended, after waiting for it where that was asked for.
async fn finished(
    settings: &JobSettings,
    client: &SyncClient,
    job: Job,
    stop: Stop<'_>,
    summary: &mut Summary,
) {
    let job = if settings.skip_finalize {
        job
    } else if settings.wait {
        wait(client, job, summary, stop).await
    } else if !job.takes_uploads() && unseeing(settings, summary).is_some() {
        look_after(client, job, stop).await
    } else {
        job
    };
    if job.has_ended() && !job.is_finished() {
        let message = format!("job {} ended as {}; look at it in JupiterOne", job.id, job.status);
        summary.fail(&RunError::aborted(Error::new(Kind::Upload, code::REFUSED, message)));
    }
    let errors = job.object_errors();
    if !errors.is_empty() && summary.error.is_none() {
        let errors: Vec<_> = errors.iter().map(|(name, count)| format!("{name}: {count}")).collect();
        let message = format!(
            "job {} has finished, but JupiterOne reports errors for some objects: {}; look at it in JupiterOne",
            job.id,
            errors.join(", ")
        );
        let error = Error::new(Kind::Upload, code::OBJECT_ERRORS, message);
        summary.fail(&RunError::new(RunErrorKind::ObjectErrors, error));
    }
    note_other_mode(settings, &job, summary);
    note_unseen_changes(settings, &job, summary);
    note_more_deleted(&job, summary);
    summary.job = Some(JobSummary::new(job, settings.sync_mode));
}

/// Ends the run with an error if a job of a mode that deletes nothing has deleted something.
fn note_other_mode(settings: &JobSettings, job: &Job, summary: &mut Summary) {
    let deleted = job.num_entities_deleted + job.num_relationships_deleted;
    if settings.sync_mode.deletes() || deleted == 0 || summary.error.is_some() {
        return;
    }
    let message = format!(
        "job {} has deleted {deleted} objects, and a job of the mode {} deletes none: JupiterOne has not taken it as one",
        job.id,
        settings.sync_mode.as_str()
    );
    let error = Error::new(Kind::Upload, code::NOT_HELD, message);
    summary.fail(&RunError::new(RunErrorKind::ObjectErrors, error));
}

/// Returns the guard if it should have compared and did not. The data of the source `api` cannot be queried.
fn unseeing<'s>(settings: &JobSettings, summary: &'s Summary) -> Option<&'s Guard> {
    summary.guard.as_ref().filter(|guard| !guard.checked && settings.source != Source::Api)
}

/// Ends the run with an error if JupiterOne changed or deleted what the guard did not see.
///
/// It comes too late for this run, but the next one must not go on like this.
fn note_unseen_changes(settings: &JobSettings, job: &Job, summary: &mut Summary) {
    let Some(guard) = unseeing(settings, summary) else { return };
    let deleted = job.num_entities_deleted + job.num_relationships_deleted;
    let updated = job.num_entities_updated + job.num_relationships_updated;
    let saw_nothing = guard.reason.as_deref() == Some(NOTHING_HELD);
    let unseen = deleted > 0 || (saw_nothing && updated > 0);
    // With `--yes`, a guard that could not query is known.
    if !unseen || summary.error.is_some() || (settings.yes && !saw_nothing) {
        return;
    }
    let why = if saw_nothing {
        "the query before it returned none"
    } else {
        "there was no query API to compare the run with"
    };
    let message = format!(
        "job {} has deleted {deleted} objects and changed {updated}, although {why}: check that what was deleted is gone at \
         the provider, and that the key may query all objects of the instance",
        job.id
    );
    let error = Error::new(Kind::Upload, code::NOT_HELD, message);
    summary.fail(&RunError::new(RunErrorKind::ObjectErrors, error));
}

/// Ends the run with an error if JupiterOne deleted more entities than the guard saw: the key may see only a part of them, or
/// another run has ended between the guard and the finalize.
fn note_more_deleted(job: &Job, summary: &mut Summary) {
    let expected = summary.guard.as_ref().and_then(|guard| guard.deletes);
    let Some(expected) = expected.filter(|expected| job.num_entities_deleted > *expected) else { return };
    if summary.error.is_some() {
        return;
    }
    let message = format!(
        "job {} has deleted {} entities, and by what JupiterOne returned before it would delete {expected}: the key may not \
         query all objects of the instance, or another run has brought some in between; check that what was deleted is \
         gone at the provider, and run again",
        job.id, job.num_entities_deleted
    );
    let error = Error::new(Kind::Upload, code::NOT_HELD, message);
    summary.fail(&RunError::new(RunErrorKind::ObjectErrors, error));
}

/// The longest time that a finalized job is followed only because the guard saw nothing.
const LOOK_AFTER: Duration = Duration::from_secs(5);

/// Follows a finalized job for a short time, to see what it deletes.
async fn look_after(client: &SyncClient, job: Job, stop: Stop<'_>) -> Job {
    let last = job.clone();
    tokio::select! {
        ended = tokio::time::timeout(LOOK_AFTER, client.wait(job)) => match ended {
            Ok(Ok(job)) => job,
            // The job goes on, and what became of the finalize is known already.
            Ok(Err(_)) | Err(_) => last,
        },
        _ = stop => last,
    }
}

/// The reason why a job was not finalized.
enum Finalize {
    /// JupiterOne did not finalize it: the job is as open as before.
    Refused(Error),
    /// The response was lost, and so was that to the request for the job's status.
    Unknown(Error),
}

/// Finalizes a job. If the response is lost, the status of the job shows whether the request arrived.
async fn finalize(
    client: &SyncClient,
    job: &Job,
    partial: &[String],
) -> Result<(Job, FinalizedBy), Finalize> {
    match client.finalize(&job.id, partial).await {
        Ok(job) => Ok((job, FinalizedBy::This)),
        Err(error) => match client.status(&job.id).await {
            Ok(job) if !job.takes_uploads() => Ok((job, FinalizedBy::Unknown)),
            Ok(_) => Err(Finalize::Refused(error)),
            Err(_) => Err(Finalize::Unknown(error)),
        },
    }
}

/// Waits for the end of a finalized job. An error meanwhile is reported, but changes nothing about the job.
async fn wait(client: &SyncClient, job: Job, summary: &mut Summary, stop: Stop<'_>) -> Job {
    let (finalized, span) = (job.clone(), trace::wait(&job.id));
    let error = tokio::select! {
        ended = client.wait(job).instrument(span.clone()) => match ended {
            Ok(job) => {
                span.record("status", &*job.status);
                return job;
            }
            Err(error) => RunError::aborted(error),
        },
        signal = stop => {
            let message = format!("interrupted while waiting for job {}, which goes on in JupiterOne", finalized.id);
            let error = Error::new(Kind::Cancelled, code::INTERRUPTED, message);
            RunError::new(RunErrorKind::Interrupted(signal), error)
        }
    };
    summary.fail(&error);
    finalized
}
