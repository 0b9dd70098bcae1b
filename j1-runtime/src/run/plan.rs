//! `plan`: collects, and predicts the changes of a finalize. Asks JupiterOne only for what it holds.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;

use j1_core::Result;
use j1_core::graph::ObjectKind;
use serde_json::{Map, Value};

use crate::collection::{Collection, Writer};
use crate::engine::{self, Destination, Partial, Plan};
use crate::jupiterone::prediction::{self, Content, Keys, Prediction, Types};
use crate::jupiterone::{NotHeld, Source, SyncClient};
use crate::observe::progress::{Phase, Progress};
use crate::recordings::traffic::Traffic;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::error::RunError;
use crate::run::settings::PlanSettings;
use crate::run::summary::{Guard, Summary};
use crate::run::{client, collect, conclude_traffic, credentials, job, prepare, types_of};

/// Plans a run.
pub(crate) async fn run<I: Connect>(settings: &PlanSettings, env: &Env, progress: &Progress) -> Summary {
    let mut traffic = None;
    let mut summary = match planned::<I>(settings, env, progress, &mut traffic).await {
        Ok(summary) => summary,
        Err(error) => Summary::failed(&error),
    };
    conclude_traffic(traffic.as_ref(), &settings.collect, &mut summary);
    summary
}

async fn planned<I: Connect>(
    settings: &PlanSettings,
    env: &Env,
    progress: &Progress,
    traffic: &mut Option<Traffic>,
) -> Result<Summary, RunError> {
    let mut plan = Plan::new(I::STEPS, &settings.collect.steps).map_err(RunError::usage)?;
    let (credentials, problems) = credentials(env, Source::IntegrationExternal, None);
    let ready = prepare::<I>(env, &settings.collect, problems, &mut plan, traffic).await?;
    let client = client::<I>(credentials)?;
    let folder = tempfile::tempdir().map_err(|error| RunError::bug(error.into()))?;
    let place = folder.path().join("collection");
    let naming = ready.naming.clone();
    let mut stop = pin!(job::stop_signal());
    let writer = Destination::Disk(Writer::new(&place).map_err(RunError::bug)?);
    let collected =
        engine::collect(ready.integration, &plan, ready.naming, writer, progress, stop.as_mut()).await?;
    let mut summary = collect::write(collected, &plan)?;
    let declared: BTreeSet<String> = summary.steps.iter().flat_map(|step| &step.emits).cloned().collect();
    let types = types_of::<I>(&naming, declared, &summary.partial_datasets.types);
    progress.phase(Phase::Predicting);
    let prediction = tokio::select! {
        compared = compare(settings, &client, &place, &types) => compared?,
        signal = stop => return Err(RunError::interrupted(signal)),
    };
    for ty in &prediction.unknown {
        let reason = format!("JupiterOne holds `{ty}` of this instance, and no step declares it");
        summary.protect(Partial { ty: ty.clone(), reason });
    }
    let verdict = prediction::exceeded(&prediction, settings.max_delete, &types.retired);
    let nothing = || (prediction.held == 0).then(|| job::NOTHING_HELD.to_owned());
    summary.guard = Some(Guard {
        checked: prediction.held > 0,
        max_delete: settings.max_delete.percent(),
        reason: verdict.map(|error| error.message().to_owned()).or_else(nothing),
        deletes: None,
    });
    summary.plan = Some(prediction.types);
    summary.planned();
    Ok(summary)
}

/// Compares a collection with what JupiterOne holds.
async fn compare(
    settings: &PlanSettings,
    client: &SyncClient,
    folder: &Path,
    types: &Types,
) -> Result<Prediction> {
    let collection = Collection::open(folder)?;
    let kinds: Vec<ObjectKind> = [ObjectKind::Entity, ObjectKind::Relationship]
        .into_iter()
        .filter(|kind| settings.sync_mode.takes(*kind))
        .collect();
    let kinds = &*kinds;
    let mut keys = Keys::default();
    each_of(&collection, kinds, |object| match object {
        Object::Mapped { ty } => keys.add_mapped(ty),
        Object::Own { key, content, .. } => keys.add(key, &content),
    })?;
    keys.sort();
    let mut prediction = Prediction::default();
    prediction::predict(client, &mut keys, types, kinds, &mut prediction)
        .await
        .map_err(NotHeld::into_error)?;
    keys.count_new(&mut prediction);
    if !settings.sync_mode.deletes() {
        prediction.keep_all();
    }
    each_of(&collection, kinds, |object| {
        let Object::Own { key, content, properties } = object else { return };
        let Some(change) = prediction.types.get_mut(content.ty) else { return };
        keys.sample(content.kind, key, change);
        for sample in change.samples.update.iter_mut().filter(|sample| sample.key == key) {
            sample.properties = prediction::changed(content.kind, &sample.held, properties);
        }
    })?;
    Ok(prediction)
}

/// An object of a collection.
enum Object<'o> {
    Own { key: &'o str, content: Content<'o>, properties: &'o Map<String, Value> },
    Mapped { ty: &'o str },
}

fn each_of(collection: &Collection, kinds: &[ObjectKind], mut take: impl FnMut(Object<'_>)) -> Result<()> {
    collection.each(|kind, json, stored| {
        if !kinds.contains(&kind) {
            return Ok(());
        }
        if stored.mapping.is_some() {
            take(Object::Mapped { ty: &stored.ty });
            return Ok(());
        }
        let properties: Map<String, Value> = serde_json::from_str(json)?;
        let class = properties.get("_class").unwrap_or(&Value::Null);
        let content = Content { kind, ty: &stored.ty, class, properties: &properties };
        take(Object::Own { key: &stored.key, content, properties: &properties });
        Ok(())
    })?;
    Ok(())
}
