//! `shard plan`: runs the root steps, and divides what they found.

use std::collections::BTreeMap;

use j1_core::error::Kind;
use j1_core::step::Phase;
use j1_core::{Error, Result};

use super::cut::{DEFAULT_SHARDS, cut};
use super::files::{ClosedFile, PlanFile, RunFiles};
use super::forecast::forecast;
use super::merge::merge;
use super::part::{Collected, StepRecord, encode_carry, store};
use super::settings::{PlanSettings, Setup};
use super::store::Created;
use super::{status, weights};
use crate::code;
use crate::collection::PartWriter;
use crate::engine::{self, Destination, Elsewhere, Plan, StepReport, Stop};
use crate::observe::progress::{Progress, WaitedMs};
use crate::run::Ready;
use crate::run::error::RunError;
use crate::run::summary::Summary;

/// The end of a run that was given up.
const DISCARDED: &str = "discarded";

/// Returns the place of the next run.
///
/// # Errors
/// When the last run has not been closed.
pub(crate) async fn begin(setup: &Setup, settings: &PlanSettings) -> Result<RunFiles, RunError> {
    begun(setup, settings).await.map_err(RunError::aborted)
}

async fn begun(setup: &Setup, settings: &PlanSettings) -> Result<RunFiles> {
    let store = setup.store.clone();
    let Some(last) = RunFiles::last(&store).await? else { return Ok(RunFiles { store, number: 1 }) };
    let Some(plan) = last.plan().await? else { return Ok(last) };
    if last.closed().await?.is_none() {
        if !settings.discard {
            return Err(two_plans(last.number));
        }
        last.close(&ClosedFile::new(&plan.plan_hash, DISCARDED)).await?;
    }
    Ok(RunFiles { store, number: last.number + 1 })
}

fn two_plans(number: u64) -> Error {
    let message = format!(
        "run {number} in this store has a plan and is not closed, and a store takes one plan at a time. End it with `shard \
         close`, give it up with `shard plan --discard`, or use another store"
    );
    Error::new(Kind::Config, code::SHARD_TWO_PLANS, message)
}

/// Runs the root steps, and writes the plan.
pub(crate) async fn plan(
    setup: &Setup,
    files: &RunFiles,
    settings: &PlanSettings,
    (ready, mut steps): (Ready, Plan),
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let names = &setup.names;
    steps.elsewhere =
        Some(Elsewhere { steps: names.elsewhere(Phase::Root), carries: true, ..Elsewhere::default() }.into());
    let writer = Destination::Part(PartWriter::new(&[])?);
    let collected = engine::collect(ready.integration, &steps, ready.naming, writer, progress, stop).await?;
    let mut keys = Vec::new();
    collected.carry.each(names.cut, &mut |key, _| {
        keys.push(key.to_owned());
        Ok(())
    })?;
    let types = names.emitted(Phase::Root);
    let carry = encode_carry(&collected.carry, &names.named(&types), &names.ids)?;
    let records = records(&collected.steps, |step| names.phases[step] == Phase::Root);
    let Destination::Part(writer) = collected.destination else { unreachable!("a part is written") };
    let root = store(files, "root", writer, (records, collected.ledger), carry).await?;
    write(setup, files, settings, root, keys).await
}

async fn write(
    setup: &Setup,
    files: &RunFiles,
    settings: &PlanSettings,
    root: Collected,
    keys: Vec<String>,
) -> Result<Summary, RunError> {
    let weights = if settings.weigh { weights::last(&setup.store).await? } else { BTreeMap::new() };
    let requested = settings.shards.map_or(DEFAULT_SHARDS, std::num::NonZeroUsize::get);
    let plan = PlanFile {
        format: 0,
        run: files.number,
        plan_hash: String::new(),
        build: setup.build.clone(),
        integration: setup.program.name.to_owned(),
        integration_type: setup.naming.integration_type().to_owned(),
        requested,
        shards: cut(keys, &weights, requested),
        root,
    };
    let plan = plan.sealed()?;
    if let Created::Other(_) = files.store.create_document(&files.path("plan.json"), &plan).await? {
        return Err(RunError::aborted(two_plans(files.number)));
    }
    let (steps, ledger) = merge(setup.program.steps, &setup.naming, [&plan.root].into_iter(), false);
    let mut summary = Summary::collected(steps, ledger);
    summary.planned();
    let own = setup.program.shards.is_some_and(|cut| cut.own_budget);
    let mut shards = status::of_plan(&plan, "planned");
    shards.forecast = forecast(&plan.shards, own, waited(&plan.root));
    summary.shards = Some(shards);
    Ok(summary)
}

/// Returns how long the root steps took, and how long they waited.
fn waited(root: &Collected) -> (u64, WaitedMs) {
    let mut all = (0, WaitedMs::default());
    for step in &root.steps {
        all.0 += step.duration_ms;
        all.1.limit += step.waited_ms.limit;
    }
    all
}

/// The reports of the steps that ran in this process.
pub(super) fn records(steps: &[StepReport], here: impl Fn(usize) -> bool) -> Vec<StepRecord> {
    steps.iter().enumerate().filter(|(step, _)| here(*step)).map(|(_, report)| report.into()).collect()
}
