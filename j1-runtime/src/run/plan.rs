//! `plan`: collects, and tells what a finalize would change. JupiterOne is only asked what it holds.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;

use j1_core::graph::{Naming, ObjectKind};
use j1_core::{Error, Result};
use serde_json::{Map, Value};

use crate::cli::PlanArgs;
use crate::collection::{self, Collection, Writer};
use crate::engine::{Destination, Partial, Plan, collect};
use crate::jupiterone::prediction::{self, Content, Keys, Prediction, Types};
use crate::jupiterone::{Source, SyncClient};
use crate::observe::progress::{Phase, Progress};
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::summary::{Guard, Status, Summary, exit, exit_of};
use crate::run::{client, credentials, job, partial_types, prepare, types_of};

/// Plans a run.
pub(crate) async fn run<I: Connect>(args: &PlanArgs, env: &Env, progress: &Progress) -> Summary {
    planned::<I>(args, env, progress).await.unwrap_or_else(|summary| *summary)
}

async fn planned<I: Connect>(
    args: &PlanArgs,
    env: &Env,
    progress: &Progress,
) -> Result<Summary, Box<Summary>> {
    let failed = |code: u8| move |error: Error| Box::new(Summary::failed(code, &error));
    let mut plan = Plan::new(I::STEPS, &args.collecting.step).map_err(failed(exit::USAGE))?;
    let (credentials, problems) = credentials(env, Source::IntegrationExternal, None);
    let ready = prepare::<I>(env, &args.collecting, problems, &mut plan).await?;
    let client = client::<I>(credentials)?;
    let folder = tempfile::tempdir().map_err(|error| failed(exit::BUG)(error.into()))?;
    let place = folder.path().join("collection");
    let naming = ready.naming.clone();
    let mut signal = pin!(job::interrupted());
    let writer = Destination::Disk(Writer::new(&place).map_err(failed(exit::BUG))?);
    let collected = collect(ready.integration, &plan, ready.naming, writer, progress, signal.as_mut()).await;
    let collected = collected.map_err(|stopped| Box::new(Summary::failed(stopped.exit, &stopped.error)))?;
    let partial = partial_types(&collected.steps);
    let document = collection::summary(&collected.steps, &plan.waits, &collected.ledger, &partial);
    if let Destination::Disk(writer) = collected.destination {
        writer.finish(&document).map_err(failed(exit::BUG))?;
    }
    drop(collected.index);
    let types = declared::<I>(&naming, &collected.steps, &partial);
    let mut summary = Summary::collected(collected.steps, collected.ledger, partial);
    progress.phase(Phase::Predicting);
    let compared = tokio::select! {
        compared = compare(args, &client, &place, &types) => compared,
        code = signal => return Err(Box::new(job::stopped(code))),
    };
    let prediction = compared.map_err(|error| Box::new(Summary::failed(exit_of(&error), &error)))?;
    for ty in &prediction.unknown {
        let reason = format!("JupiterOne holds `{ty}` of this instance, and no step declares it");
        summary.protect(Partial { ty: ty.clone(), reason });
    }
    let verdict = prediction::exceeded(&prediction, args.max_delete, &types.retired);
    summary.guard = Some(Guard {
        checked: true,
        max_delete: args.max_delete.percent(),
        reason: verdict.map(|error| error.message().to_owned()),
    });
    summary.plan = Some(prediction.types);
    summary.status = Status::Planned;
    summary.exit_code = exit::OK;
    Ok(summary)
}

fn declared<I: Connect>(naming: &Naming, steps: &[crate::engine::StepReport], partial: &[String]) -> Types {
    let declared: BTreeSet<String> = steps.iter().flat_map(|step| &step.emits).cloned().collect();
    types_of::<I>(naming, declared, partial)
}

/// Compares a collection with what JupiterOne holds.
async fn compare(args: &PlanArgs, client: &SyncClient, folder: &Path, types: &Types) -> Result<Prediction> {
    let collection = Collection::open(folder)?;
    let kinds: Vec<ObjectKind> = [ObjectKind::Entity, ObjectKind::Relationship]
        .into_iter()
        .filter(|kind| args.sync_mode.takes(*kind))
        .collect();
    let kinds = &*kinds;
    let mut keys = Keys::default();
    each_of(&collection, kinds, |object| match object {
        Object::Mapped { ty } => keys.add_mapped(ty),
        Object::Own { key, content, .. } => keys.add(key, &content),
    })?;
    keys.sort();
    let mut prediction = prediction::predict(client, &mut keys, types, kinds).await?;
    keys.count_new(&mut prediction);
    if !args.sync_mode.deletes() {
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
