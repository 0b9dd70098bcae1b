//! `sync`: uploads and finalizes what `collect` wrote, with the guards of a run.

mod inspect;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::{Naming, ObjectKind};
use j1_core::report::Event;
use serde_json::{Map, Value};
use tracing::Instrument as _;

use crate::collection::{Collection, GraphText};
use crate::engine::{Destination, Dropped, Partial, Stop};
use crate::index::Budget;
use crate::jupiterone::prediction::{Content, Keys, Types};
use crate::jupiterone::{Batch, Job, SyncClient, SyncMode, Uploader};
use crate::observe::progress::{Phase, Progress};
use crate::observe::trace;
use crate::run::env::Env;
use crate::run::error::RunError;
use crate::run::job::{self, Uploaded};
use crate::run::program::Program;
use crate::run::settings::SyncSettings;
use crate::run::summary::Summary;
use crate::run::sync::inspect::Inspection;
use crate::run::{client, credentials, memory, naming, types_of};

/// Syncs a collection with JupiterOne.
pub(crate) async fn run(
    program: &'static Program,
    settings: &SyncSettings,
    env: &Env,
    progress: &Progress,
) -> Summary {
    synced(program, settings, env, progress).await.unwrap_or_else(|error| Summary::failed(&error))
}

async fn synced(
    program: &'static Program,
    settings: &SyncSettings,
    env: &Env,
    progress: &Progress,
) -> Result<Summary, RunError> {
    job::check(&settings.job)?;
    let (credentials, mut problems) = credentials(env, settings.job.source, settings.job.scope.as_deref());
    let memory = memory::budget(env, settings.memory, &mut problems);
    if !problems.is_empty() {
        return Err(RunError::config(&problems));
    }
    let client = Arc::new(client(program, credentials)?);
    // The collection is read whole before a job is opened: one with missing parts opens none. Ends that are not in it may
    // be in JupiterOne unless the job replaces everything, or may come from the others who upload to a joined job.
    let ends = settings.job.sync_mode == SyncMode::Diff && !settings.job.is_shared();
    let collection = Collection::open(&settings.from).and_then(|collection| {
        Inspection::new(&collection, ends, &memory).map(|inspection| (collection, inspection))
    });
    let (collection, inspection) = collection.map_err(RunError::usage)?;
    let (replayed, deletes) = (collection.contents.replayed, settings.job.deletes_unasked());
    job::check_replay(replayed, deletes, &client, "collect from the provider, or write `--yes`")?;
    let mut stop = pin!(job::stop_signal());
    let job = job::open(&client, &settings.job, stop.as_mut()).await?;
    progress.phase(Phase::Uploading);
    let mut summary = Summary::default();
    let names = naming(program, env);
    let read = (&collection, inspection, &memory);
    let ended =
        upload((program, &names), settings, read, (&client, &job), progress, stop, &mut summary).await;
    if let Err(error) = ended {
        summary.fail(&error);
        job::give_up(&settings.job, &client, job, &mut summary).await;
    }
    summary.uploads = Some(client.sent());
    Ok(summary)
}

/// Uploads a collection into an open job, and finalizes it. After an error the job is to be aborted.
async fn upload(
    (program, names): (&'static Program, &Naming),
    settings: &SyncSettings,
    (collection, mut inspection, memory): (&Collection, Inspection, &Arc<Budget>),
    (client, job): (&Arc<SyncClient>, &Job),
    progress: &Progress,
    mut stop: Stop<'_>,
    summary: &mut Summary,
) -> Result<(), RunError> {
    let mode = settings.job.sync_mode;
    let mut keys = Keys::new(memory);
    let uploader = Uploader::new(Arc::clone(client), job.id.clone());
    let destination = Destination::Upload(uploader, mode);
    destination.tell("sync", Event::sync_upload_start("the collection is being uploaded"));
    let sent = tokio::select! {
        sent = send((collection, &mut inspection), &destination, &mut keys, settings.raw_data).instrument(trace::sync_upload()) => {
            sent.map_err(RunError::aborted)
        }
        signal = stop.as_mut() => Err(RunError::interrupted(signal)),
    };
    if sent.is_ok() {
        destination.tell("sync", Event::sync_upload_end("the collection has been uploaded"));
    }
    let Destination::Upload(uploader, _) = destination else { unreachable!("a sync goes to a job") };
    if let Err(error) = sent.and_then(|entities| job::check_count(mode, entities)) {
        uploader.cancel().await;
        return Err(error);
    }
    let Inspection { mut ledger, partial: left_out, .. } = inspection;
    let mut partial = collection.contents.partial.clone();
    // A type that was settled is not any more when an object of it is left out.
    let mut settled = collection.contents.settled.clone();
    settled.retain(|ty| !left_out.contains_key(ty));
    for (ty, reason) in left_out {
        partial.entry(ty).or_insert(reason);
    }
    for object in job::settle(&uploader, stop.as_mut()).await? {
        let dropped = object.dropped();
        if object.raw_data_only {
            ledger.drop_raw_data(dropped);
            continue;
        }
        let Dropped { ty, key, reason, .. } = &dropped;
        partial.entry(ty.clone()).or_insert_with(|| format!("`{ty}` {key} was left out: {reason}"));
        ledger.drop_object(dropped);
    }
    let mut declared = collection.contents.declared.clone();
    // Not the types of this version's steps: another version may have written the collection, and has not read them.
    declared.extend(ledger.types.keys().cloned());
    let listed: Vec<String> = partial.keys().cloned().collect();
    let types = Types { started: collection.contents.started, ..types_of(program, names, declared, &listed) };
    *summary = Summary::collected(Vec::new(), ledger);
    for (ty, reason) in partial {
        if settled.contains(&ty) {
            summary.keep(Partial { ty, reason });
        } else {
            summary.protect(Partial { ty, reason });
        }
    }
    let uploaded = Uploaded { types, brings: Box::new(keys), received: uploader.received() };
    job::conclude(&settings.job, (client, job), uploaded, progress, stop, summary).await.map(drop)
}

/// Sends a collection; returns the number of its entities.
async fn send(
    (collection, inspection): (&Collection, &mut Inspection),
    destination: &Destination,
    keys: &mut Keys,
    raw_data: bool,
) -> Result<u64> {
    let (mut counts, mut entities, limits) = (BTreeMap::new(), 0, destination.limits());
    let mut position = 0;
    for path in collection.files() {
        let file = GraphText::read(path)?;
        let mut batches: Vec<(ObjectKind, Batch)> = Vec::new();
        file.each(&mut |kind, json, object| {
            *counts.entry(object.ty.clone()).or_default() += 1;
            let sends = inspection.sends(position)?;
            position += 1;
            if !sends || !destination.takes(kind) {
                return Ok(());
            }
            entities += u64::from(kind == ObjectKind::Entity);
            note(keys, kind, json, &object.key, &object.ty)?;
            if batches.last().is_none_or(|(last, batch)| *last != kind || batch.is_full(&limits)) {
                batches.push((kind, Batch::default()));
            }
            if let Some((_, batch)) = batches.last_mut() {
                let plain = object.without_raw_data(json)?;
                let json = destination.written(kind, plain.as_bytes());
                let raw_data = object.raw_data.filter(|_| raw_data).map(|value| value.get().as_bytes());
                batch.push(&object.ty.into(), &object.key, &json, raw_data, &limits);
            }
            Ok(())
        })?;
        for (kind, batch) in batches {
            destination.take("sync", kind, batch).await?;
        }
    }
    // It may have been changed since it was looked at.
    collection.check(&counts)?;
    Ok(entities)
}

/// Notes what the collection brings.
fn note(keys: &mut Keys, kind: ObjectKind, json: &str, key: &str, ty: &str) -> Result<()> {
    let properties: Map<String, Value> = serde_json::from_str(json)?;
    let class = properties.get("_class").unwrap_or(&Value::Null);
    keys.add(key, &Content { kind, ty, class, properties: &properties })
}
