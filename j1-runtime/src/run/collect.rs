//! `collect`: runs the steps, uploads nothing, and writes the official layout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::pin::pin;

use j1_core::shared::inserted;
use serde_json::{Value, json};

use crate::collection::Writer;
use crate::engine::{self, Collected, Destination, Plan};
use crate::observe::progress::Progress;
use crate::recordings::traffic::Traffic;
use crate::run::env::Env;
use crate::run::error::RunError;
use crate::run::program::Program;
use crate::run::settings::CollectSettings;
use crate::run::summary::Summary;
use crate::run::{conclude_traffic, job, prepare};

/// Collects into a folder.
pub(crate) async fn run(
    program: &'static Program,
    settings: &CollectSettings,
    out: &Path,
    env: &Env,
    progress: &Progress,
) -> Summary {
    let mut traffic = None;
    let mut summary = match collected(program, settings, out, env, progress, &mut traffic).await {
        Ok(summary) => summary,
        Err(error) => Summary::failed(&error),
    };
    conclude_traffic(traffic.as_ref(), settings, &mut summary);
    summary
}

async fn collected(
    program: &'static Program,
    settings: &CollectSettings,
    out: &Path,
    env: &Env,
    progress: &Progress,
    traffic: &mut Option<Traffic>,
) -> Result<Summary, RunError> {
    let mut plan = Plan::new(program.steps, &settings.steps).map_err(RunError::usage)?;
    let writer = Writer::new(out).map_err(RunError::usage)?;
    let begun = (jiff::Timestamp::now().as_millisecond(), settings.traffic.replay.is_some());
    let ready = prepare(program, env, settings, Vec::new(), &mut plan, traffic).await?;
    let stop = pin!(job::stop_signal());
    let writer = Destination::Disk(writer);
    let collected = engine::collect(ready.integration, &plan, ready.naming, writer, progress, stop).await?;
    write(collected, &plan, begun)
}

/// Completes the folder that the steps were collected into. `begun` is the time before it, and `true` for recordings.
pub(crate) fn write(collected: Collected, plan: &Plan, begun: (i64, bool)) -> Result<Summary, RunError> {
    let Collected { steps, ledger, destination, .. } = collected;
    let summary = Summary::collected(steps, ledger);
    if let Destination::Disk(writer) = destination {
        writer.finish(&document(&summary, &plan.waits, begun)).map_err(RunError::bug)?;
    }
    Ok(summary)
}

/// Returns `summary.json` as the official tools read it.
fn document(summary: &Summary, waits: &[Vec<usize>], (started, replayed): (i64, bool)) -> Value {
    let (steps, counts) = (&summary.steps, &summary.types);
    let results: Vec<_> = steps
        .iter()
        .zip(waits)
        .map(|(step, waits)| {
            let depends: Vec<_> = waits.iter().filter_map(|w| steps.get(*w)).map(|s| s.id).collect();
            let partial: Vec<_> = step.partial.iter().map(|p| &p.ty).collect();
            let counts: BTreeMap<_, _> =
                inserted(step.emits.iter().filter_map(|ty| counts.get(ty).map(|n| (ty, n))));
            json!({
                "id": step.id,
                "name": step.id,
                "dependsOn": depends,
                "declaredTypes": step.emits,
                "partialTypes": partial,
                "encounteredTypes": counts.keys().collect::<Vec<_>>(),
                "encounteredTypeCounts": counts,
                "status": step.status,
                "duration": step.duration_ms,
            })
        })
        .collect();
    // A type that one step settles and another leaves partial is partial.
    let types = |settled: bool| -> BTreeSet<&String> {
        let steps = steps.iter().filter(|step| step.settled == settled);
        inserted(steps.flat_map(|step| &step.partial).map(|partial| &partial.ty))
    };
    let settled: Vec<_> = types(true).difference(&types(false)).copied().collect();
    // The number of objects that were written lets `sync` see when a part of them is missing.
    let written = json!({ "types": counts, "settled": settled, "startedAt": started, "replayed": replayed });
    let metadata = json!({ "partialDatasets": summary.partial_datasets, "j1": written });
    json!({ "integrationStepResults": results, "metadata": metadata })
}
