//! `shard status`: how far a run is, as its store says.

use j1_core::Result;

use super::files::{PlanFile, RunFiles};
use super::forecast::pace;
use super::part::Collected;
use super::receipt::{of_shard, shard_name};
use super::store::Store;
use crate::run::error::RunError;
use crate::run::shards::{ShardProgress, ShardSummary};
use crate::run::summary::{Status, Summary};

/// Describes a run in this phase.
pub(super) fn of_plan(plan: &PlanFile, phase: &str) -> ShardSummary {
    ShardSummary {
        run: plan.run,
        plan_hash: plan.plan_hash.clone(),
        phase: phase.to_owned(),
        total: plan.shards.len(),
        ..ShardSummary::default()
    }
}

/// Describes the work of one process.
pub(super) fn of_worker(plan: &PlanFile, shards: &[usize]) -> ShardSummary {
    ShardSummary { delivered: shards.to_vec(), ..of_plan(plan, "working") }
}

/// Reads how far the last run is.
pub(crate) async fn status(store: &Store) -> Result<Summary, RunError> {
    let (files, plan) = RunFiles::current(store).await?;
    let shards = read(&files, &plan).await.map_err(RunError::aborted)?;
    Ok(Summary { status: Status::Complete, shards: Some(shards), ..Summary::default() })
}

async fn read(files: &RunFiles, plan: &PlanFile) -> Result<ShardSummary> {
    let mut summary = of_plan(plan, "planned");
    let job = files.job().await?;
    let (mut first, mut last) = (None::<i64>, None::<i64>);
    for shard in &plan.shards {
        let name = shard_name(shard.id);
        let in_folder = |folder: &str| files.path(&format!("{folder}/{name}"));
        let attempts = files.store.list(&in_folder("attempts")).await?.len();
        if attempts > 0 {
            let this = files.store.began_at(&in_folder("attempts")).await?;
            first = first.into_iter().chain(this).min();
        }
        let part = Collected::published(files, &name).await?;
        let delivered = match &job {
            Some(job) => of_shard(files, shard.id, plan, job).await?.is_some(),
            None => false,
        };
        let state = match (&part, attempts) {
            _ if delivered => "delivered",
            (Some(_), _) => "uploading",
            (None, 0) => "waiting",
            (None, _) => "collecting",
        };
        if delivered {
            last = last.max(files.store.began_at(&in_folder("receipts")).await?);
        }
        let list = if delivered { &mut summary.delivered } else { &mut summary.missing };
        list.push(shard.id);
        let [entities, relationships] = part.map_or([0; 2], |part| part.objects);
        let (id, keys, weight) = (shard.id, shard.keys.len(), shard.weight);
        summary.shards.push(ShardProgress { id, state, keys, weight, attempts, entities, relationships });
    }
    let began = summary.shards.iter().any(|shard| shard.attempts > 0);
    summary.phase = match (files.closed().await?, job) {
        (Some(closed), _) => closed.how,
        (None, Some(_)) if summary.missing.is_empty() => "closing".to_owned(),
        (None, Some(_)) if began => "working".to_owned(),
        (None, Some(_)) => "open".to_owned(),
        (None, None) => "planned".to_owned(),
    };
    if summary.phase == "working" {
        let done = plan.tenths_of(&summary.delivered);
        summary.coverage = u8::try_from(done / 10).ok();
        let took = first.zip(last).and_then(|(first, last)| u64::try_from(last - first).ok());
        summary.forecast = pace(&summary.shards, done, took);
    } else if summary.phase == "closing" {
        summary.forecast = vec!["all shards are delivered; `shard close` finalizes the job".to_owned()];
    }
    Ok(summary)
}
