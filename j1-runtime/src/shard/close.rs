//! `shard close`: receipts, reduce steps, the deletion guard, and one finalize. It can be run again after a crash at any line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use j1_core::Result;
use j1_core::error::exit;
use j1_core::graph::{ObjectKind, ObjectMeta};
use j1_core::shared::inserted;

use super::files::{ClosedFile, JobFile, PlanFile, RunFiles};
use super::merge::merge;
use super::part::Collected;
use super::receipt::{CompleteSet, TooLargeRecord, shard_name};
use super::reduce::{Whole, reduce};
use super::session::{Closing, Uploading, ended};
use super::settings::{CloseSettings, Setup};
use super::{clean, status};
use crate::code;
use crate::engine::{self, Plan, Stop};
use crate::jupiterone::{Job, Source, SyncClient};
use crate::observe::progress::{Phase, Progress};
use crate::run::error::{RunError, RunErrorKind};
use crate::run::job::{self, FinalizedBy, Uploaded};
use crate::run::settings::JobSettings;
use crate::run::summary::{JobSummary, PartialDatasets, Status, Summary};
use crate::run::{Ready, types_of_summary};

/// The ends of runs.
pub(super) const FINALIZED: &str = "finalized";
const ABORTED: &str = "aborted";

/// The current run, as `close` finds it.
pub(super) struct Current {
    pub files: RunFiles,
    pub plan: PlanFile,
    file: JobFile,
    client: Arc<SyncClient>,
    settings: JobSettings,
    /// The least part of the work that must have been delivered, in percent.
    coverage: u8,
}

/// Returns the source and the scope of the current run's job.
///
/// # Errors
/// When there is no job, or another build made the plan.
pub(crate) async fn owner(setup: &Setup) -> Result<(Source, Option<String>), RunError> {
    let (files, _) = setup.current().await?;
    Ok(files.opened_job().await?.owner())
}

/// Ends the current run: finalizes its job, or aborts it.
pub(crate) async fn close(
    setup: &Setup,
    settings: CloseSettings,
    (ready, steps): (Ready, Plan),
    client: SyncClient,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let (files, plan) = setup.current().await?;
    let client = Arc::new(client.repeating());
    let known = files.job().await?;
    let file = match (files.closed().await?, known) {
        (Some(closed), Some(file)) if closed.how == FINALIZED => {
            clean::up(&files).await;
            return again(&plan, &closed, client.status(&file.job).await?);
        }
        _ => files.open_job(&plan).await?,
    };
    file.check(client.scope())?;
    let job_settings =
        JobSettings { sync_mode: file.mode(), job: None, skip_finalize: false, ..settings.job };
    let current = Current { files, plan, file, client, settings: job_settings, coverage: settings.coverage };
    let job = current.client.status(&current.file.job).await?;
    if !job.takes_uploads() {
        return current.was_ended(job).await;
    }
    let mut summary = Summary::default();
    let concluded = conclude(setup, &current, (ready, steps), &job, progress, stop, &mut summary).await;
    if let Err(error) = &concluded {
        summary.fail(error);
        current.give_up(error, job, &mut summary).await;
    }
    if let Ok(FinalizedBy::Unknown) = concluded {
        current.as_any_close_read(&mut summary).await?;
    }
    let ended = summary.job.as_ref().map(|ended| &ended.job);
    if concluded.is_ok() && ended.is_some_and(|job| !job.takes_uploads() && job.status != "ABORTED") {
        current.closed(FINALIZED, &summary).await?;
        clean::up(&current.files).await;
        in_phase(&mut summary, FINALIZED);
    }
    summary.uploads = Some(current.client.sent());
    Ok(summary)
}

/// Notes the phase that the run is in now.
fn in_phase(summary: &mut Summary, phase: &str) {
    if let Some(shards) = &mut summary.shards {
        phase.clone_into(&mut shards.phase);
    }
}

/// The summary of a run that was finalized before: as complete as it was then.
fn again(plan: &PlanFile, closed: &ClosedFile, job: Job) -> Result<Summary, RunError> {
    let (status, exit_code) =
        if closed.complete { (Status::Complete, exit::COMPLETE) } else { (Status::Partial, exit::PARTIAL) };
    let partial_datasets = PartialDatasets { types: closed.partial.clone() };
    let shards = Some(status::of_plan(plan, FINALIZED));
    let mut summary = Summary { status, exit_code, partial_datasets, shards, ..Summary::default() };
    if job.has_ended() && !job.is_finished() {
        return Err(RunError::aborted(ended(&job)));
    }
    summary.job = Some(JobSummary::new(job, crate::jupiterone::SyncMode::Diff));
    Ok(summary)
}

impl Current {
    /// Decides about a job that takes no uploads any more: it was finalized by a `close` that ended there, or by others.
    async fn was_ended(&self, job: Job) -> Result<Summary, RunError> {
        let begun = self.files.begun_to_close(&self.plan).await?;
        let Some(begun) = begun.filter(|_| job.status != "ABORTED") else {
            return Err(RunError::aborted(ended(&job)));
        };
        let closed = ClosedFile { weights: self.weights().await?, ..begun };
        self.files.close(&closed).await?;
        clean::up(&self.files).await;
        again(&self.plan, &closed, job)
    }

    /// Makes the summary as incomplete as that of any `close` that may have finalized the job.
    async fn as_any_close_read(&self, summary: &mut Summary) -> Result<()> {
        let Some(begun) = self.files.begun_to_close(&self.plan).await? else { return Ok(()) };
        if !begun.complete && summary.status == Status::Complete {
            (summary.status, summary.exit_code) = (Status::Partial, exit::PARTIAL);
        }
        summary.partial_datasets.types = begun.partial;
        Ok(())
    }

    /// Writes how the run ended, with the weights for later plans.
    async fn closed(&self, how: &str, summary: &Summary) -> Result<()> {
        let closed = ClosedFile::new(&self.plan.plan_hash, how).read_as(summary);
        self.files.close(&ClosedFile { weights: self.weights().await?, ..closed }).await
    }

    /// The objects of each entity that the shards are cut along.
    async fn weights(&self) -> Result<BTreeMap<String, u64>> {
        let mut weights = BTreeMap::new();
        for shard in &self.plan.shards {
            if let Some(part) = Collected::published(&self.files, &shard_name(shard.id)).await? {
                weights.extend(part.weights);
            }
        }
        Ok(weights)
    }

    /// Aborts the job if running `close` again would not help; leaves it open otherwise.
    async fn give_up(&self, error: &RunError, job: Job, summary: &mut Summary) {
        let final_codes = [code::SHARD_COVERAGE, code::SHARD_DUPLICATE, code::PARTIAL];
        let ends =
            error.kind() == RunErrorKind::TooManyDeleted || final_codes.contains(&error.error().code());
        let mode = self.settings.sync_mode;
        if !ends {
            tracing::warn!(
                "job {} stays open: nothing was changed, and `shard close` can be run again",
                job.id
            );
            summary.job = Some(JobSummary::new(job, mode));
            return;
        }
        let mut ended = job::abort(&self.client, job, error.error().message()).await;
        if ended.takes_uploads() {
            // The response was lost, or another `close` has ended the job first.
            ended = self.client.status(&ended.id).await.unwrap_or(ended);
        }
        if ended.status == "ABORTED" {
            if let Err(error) = self.closed(ABORTED, summary).await {
                tracing::warn!("the store does not say that the run was aborted: {error}");
            }
            in_phase(summary, ABORTED);
        }
        summary.job = Some(JobSummary::new(ended, mode));
    }
}

/// Runs the reduce steps, uploads what they collected, and finalizes the job.
async fn conclude(
    setup: &Setup,
    current: &Current,
    ready: (Ready, Plan),
    job: &Job,
    progress: &Progress,
    mut stop: Stop<'_>,
    summary: &mut Summary,
) -> Result<FinalizedBy, RunError> {
    let Current { files, plan, file, client, settings, coverage } = current;
    let set = CompleteSet::gather(files, plan, file, *coverage).await?;
    let (whole, last) = reduce(setup, current, &set, ready, progress, stop.as_mut()).await?;
    progress.phase(Phase::Uploading);
    let session = Uploading::join(Arc::clone(client), file).await?;
    let late = tokio::select! {
        late = session.deliver(files, &last, "what the last steps collected") => late?,
        signal = stop.as_mut() => return Err(RunError::interrupted(signal)),
    };
    let delivered = set.receipts().map(|receipt| &receipt.collected);
    let parts: Vec<&Collected> = std::iter::once(&plan.root).chain(delivered).chain([&last]).collect();
    let too_large: Vec<&TooLargeRecord> =
        set.receipts().flat_map(|receipt| &receipt.too_large).chain(&late.too_large).collect();
    let mut shards = status::of_plan(plan, "closing");
    shards.missing = set.missing().to_vec();
    shards.coverage = Some(set.coverage());
    let uploaded = sum_up(setup, settings, &parts, &too_large, whole, summary);
    summary.shards = Some(shards);
    // From here on a job that is finalized is this run's doing.
    let begun = ClosedFile::new(&plan.plan_hash, FINALIZED).read_as(summary);
    files.begin_to_close(&begun).await?;
    let closing = Closing::new(Arc::clone(client), job.clone(), set);
    closing.finalize(settings, uploaded, progress, stop, summary).await
}

/// Adds up what all processes collected: into the summary, and into what the guard compares.
fn sum_up(
    setup: &Setup,
    settings: &JobSettings,
    parts: &[&Collected],
    too_large: &[&TooLargeRecord],
    whole: Whole,
    summary: &mut Summary,
) -> Uploaded {
    let naming = &setup.naming;
    let emitted = setup.program.steps.iter().flat_map(|step| step.emits);
    let emitted = emitted.filter(|object| matches!(object, ObjectMeta::Entity(_)));
    let entities: BTreeSet<String> = inserted(emitted.map(|object| object.ty().name(naming)));
    let (mut steps, mut ledger) = merge(setup.program.steps, naming, parts.iter().copied(), true);
    let mut received = whole.sent;
    for object in too_large {
        if !object.raw_data_only {
            // JupiterOne has not received it.
            let kind = usize::from(!entities.contains(&object.ty));
            received[kind] = received[kind].saturating_sub(1);
        }
        engine::too_large(&mut steps, &mut ledger, &object.to_object());
    }
    for (kind, count) in [ObjectKind::Entity, ObjectKind::Relationship].into_iter().zip(&mut received) {
        if !settings.sync_mode.takes(kind) {
            *count = 0;
        }
    }
    *summary = Summary::collected(steps, ledger);
    let types = types_of_summary(setup.program, naming, summary);
    Uploaded { types, brings: Box::new(whole.index), received }
}
