//! `plan`: collects, and predicts the changes of a finalize. Asks JupiterOne only for what it holds.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::ObjectKind;
use j1_core::shared::inserted;
use serde_json::{Map, Value};

use crate::collection::{Collection, Writer};
use crate::engine::{self, Destination, Plan};
use crate::index::Budget;
use crate::jupiterone::prediction::{self, Content, Keys, Prediction, Types};
use crate::jupiterone::{NotHeld, Source, SyncClient};
use crate::observe::progress::{Phase, Progress};
use crate::recordings::traffic::Traffic;
use crate::run::env::Env;
use crate::run::error::RunError;
use crate::run::program::Program;
use crate::run::settings::PlanSettings;
use crate::run::summary::{Guard, Summary};
use crate::run::{client, collect, conclude_traffic, credentials, job, prepare, types_of};

/// Plans a run.
pub(crate) async fn run(
    program: &'static Program,
    settings: &PlanSettings,
    env: &Env,
    progress: &Progress,
) -> Summary {
    let mut traffic = None;
    let mut summary = match planned(program, settings, env, progress, &mut traffic).await {
        Ok(summary) => summary,
        Err(error) => Summary::failed(&error),
    };
    conclude_traffic(traffic.as_ref(), &settings.collect, &mut summary);
    summary
}

async fn planned(
    program: &'static Program,
    settings: &PlanSettings,
    env: &Env,
    progress: &Progress,
    traffic: &mut Option<Traffic>,
) -> Result<Summary, RunError> {
    let mut plan = Plan::new(program.steps, &settings.collect.steps).map_err(RunError::usage)?;
    let (credentials, problems) = credentials(env, Source::IntegrationExternal, None);
    let ready = prepare(program, env, &settings.collect, problems, &mut plan, traffic).await?;
    let client = client(program, credentials)?;
    let folder = tempfile::tempdir().map_err(|error| RunError::bug(error.into()))?;
    let place = folder.path().join("collection");
    let naming = ready.naming.clone();
    let mut stop = pin!(job::stop_signal());
    let writer = Destination::Disk(Writer::new(&place).map_err(RunError::bug)?);
    let collected =
        engine::collect(ready.integration, &plan, ready.naming, writer, progress, stop.as_mut()).await?;
    let mut summary = collect::write(collected, &plan, Default::default())?;
    let declared: BTreeSet<String> = inserted(summary.steps.iter().flat_map(|step| &step.emits).cloned());
    let types = types_of(program, &naming, declared, &summary.partial_datasets.types);
    progress.phase(Phase::Predicting);
    let (mut prediction, mapped) = tokio::select! {
        compared = compare(settings, &client, &place, &types, &plan.memory) => compared?,
        signal = stop => return Err(RunError::interrupted(signal)),
    };
    job::protect_unknown(&prediction, &mut summary);
    let verdict = prediction::exceeded(&prediction, settings.max_delete, &types.retired);
    let nothing = || (prediction.held == 0).then(|| job::NOTHING_HELD.to_owned());
    summary.guard = Some(Guard {
        checked: prediction.held > 0,
        max_delete: settings.max_delete.percent(),
        reason: verdict.map(|error| error.message().to_owned()).or_else(nothing),
        deletes: None,
    });
    // The guard of a run does not know what is held of mapped relationships, so it has looked at the others alone.
    if let Some(mapped) = mapped {
        prediction.absorb(mapped);
    }
    summary.plan = Some(prediction.types);
    summary.planned();
    Ok(summary)
}

/// Compares a collection with what JupiterOne holds, mapped relationships apart.
async fn compare(
    settings: &PlanSettings,
    client: &SyncClient,
    folder: &Path,
    types: &Types,
    memory: &Arc<Budget>,
) -> Result<(Prediction, Option<Prediction>)> {
    let collection = Collection::open(folder)?;
    let kinds: Vec<ObjectKind> = [ObjectKind::Entity, ObjectKind::Relationship]
        .into_iter()
        .filter(|kind| settings.sync_mode.takes(*kind))
        .collect();
    let kinds = &*kinds;
    let mut keys = Keys::new(memory);
    each_of(&collection, kinds, |object| keys.add(object.key, &object.content))?;
    let mut prediction = Prediction::default();
    prediction::predict(client, &mut keys, types, kinds, &mut prediction)
        .await
        .map_err(NotHeld::into_error)?;
    let mut mapped = None;
    if kinds.contains(&ObjectKind::Relationship) {
        mapped = prediction::predict_mapped(client, &mut keys, types).await.map_err(NotHeld::into_error)?;
    }
    keys.count_new(&mut prediction);
    if let Some(mapped) = &mut mapped {
        keys.count_new_mapped(mapped);
    }
    if !settings.sync_mode.deletes() {
        prediction.keep_all();
        mapped.iter_mut().for_each(Prediction::keep_all);
    }
    each_of(&collection, kinds, |Object { key, content }| {
        let of = if content.is_mapped() { mapped.as_mut() } else { Some(&mut prediction) };
        let Some(change) = of.and_then(|of| of.types.get_mut(content.ty)) else { return Ok(()) };
        keys.sample(&content, key, change)?;
        for sample in change.samples.update.iter_mut().filter(|sample| sample.key == key) {
            sample.properties = prediction::changed(content.kind, &sample.held, content.properties);
        }
        Ok(())
    })?;
    Ok((prediction, mapped))
}

/// An object of a collection.
struct Object<'o> {
    key: &'o str,
    content: Content<'o>,
}

fn each_of(
    collection: &Collection,
    kinds: &[ObjectKind],
    mut take: impl FnMut(Object<'_>) -> Result<()>,
) -> Result<()> {
    collection.each(|kind, json, stored| {
        if !kinds.contains(&kind) {
            return Ok(());
        }
        let properties: Map<String, Value> = serde_json::from_str(json)?;
        let class = properties.get("_class").unwrap_or(&Value::Null);
        let content = Content { kind, ty: &stored.ty, class, properties: &properties };
        take(Object { key: &stored.key, content })
    })?;
    Ok(())
}
