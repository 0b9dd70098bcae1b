//! `sync`: uploads and finalizes what `collect` wrote, with the guards of a run.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use j1_core::graph::ObjectKind;
use j1_core::report::Event;
use j1_core::{Error, Result};
use serde_json::{Map, Value};
use tracing::Instrument as _;

use crate::cli::SyncArgs;
use crate::collection::{Collection, GraphText};
use crate::engine::{Destination, Dropped, Ledger, Partial};
use crate::jupiterone::prediction::{Content, Keys};
use crate::jupiterone::{Batch, Uploader};
use crate::observe::progress::{Phase, Progress};
use crate::observe::trace;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::job::{self, Signal, Uploaded};
use crate::run::summary::{Summary, exit};
use crate::run::{client, credentials, naming, types_of};

/// Syncs a collection with JupiterOne.
pub(crate) async fn run<I: Connect>(args: &SyncArgs, env: &Env, progress: &Progress) -> Summary {
    synced::<I>(args, env, progress).await.unwrap_or_else(|summary| *summary)
}

async fn synced<I: Connect>(
    args: &SyncArgs,
    env: &Env,
    progress: &Progress,
) -> Result<Summary, Box<Summary>> {
    job::check(&args.finishing)?;
    let (credentials, problems) = credentials(env, args.finishing.source, args.finishing.scope.as_deref());
    if !problems.is_empty() {
        return Err(Box::new(Summary::misconfigured(&problems)));
    }
    let client = Arc::new(client::<I>(credentials)?);
    // Before a job is opened: a collection that is not whole opens none.
    let collection = Collection::open(&args.from)
        .and_then(|collection| collection.each(|_, _, _| Ok(())).map(|counts| (collection, counts)));
    let (collection, counts) = collection.map_err(|error| Box::new(Summary::failed(exit::USAGE, &error)))?;
    let mut signal = pin!(job::interrupted());
    let job = job::open(&client, &args.finishing, signal.as_mut()).await?;
    let job_id = job.id.clone();
    let destination =
        Destination::Upload(Uploader::new(Arc::clone(&client), job_id), args.finishing.sync_mode);
    progress.phase(Phase::Uploading);
    let uploaded = upload::<I>((args, env), &collection, counts, destination, signal.as_mut()).await;
    let concluded = match uploaded {
        Ok(uploaded) => job::conclude(&args.finishing, &client, &job, uploaded, progress, signal).await,
        Err(summary) => Err(summary),
    };
    let mut summary = match concluded {
        Ok(summary) => *summary,
        Err(summary) => job::give_up(&args.finishing, &client, job, *summary).await,
    };
    summary.uploads = Some(client.sent());
    Ok(summary)
}

/// Uploads a collection, a file at a time.
async fn upload<I: Connect>(
    (args, env): (&SyncArgs, &Env),
    collection: &Collection,
    counts: BTreeMap<String, u64>,
    destination: Destination,
    mut signal: Signal<'_>,
) -> Result<Uploaded, Box<Summary>> {
    let mut keys = Keys::default();
    destination.tell("sync", Event::sync_upload_start("the collection is being uploaded"));
    let sent = tokio::select! {
        sent = send(collection, &destination, &mut keys, !args.no_raw_data).instrument(trace::sync_upload()) => sent,
        code = signal.as_mut() => Err(Failed::Stopped(code)),
    };
    if sent.is_ok() {
        destination.tell("sync", Event::sync_upload_end("the collection has been uploaded"));
    }
    let Destination::Upload(uploader, mode) = destination else { unreachable!("a sync goes to a job") };
    let sent = sent.map_err(|failed| {
        Box::new(match failed {
            Failed::Stopped(code) => job::stopped(code),
            Failed::Error(error) => Summary::failed(exit::ABORTED, &error),
        })
    });
    if let Err(summary) = sent.and_then(|entities| job::check_count(mode, entities)) {
        uploader.cancel().await;
        return Err(summary);
    }
    let mut ledger = Ledger { types: counts, ..Ledger::default() };
    let mut partial = collection.contents.partial.clone();
    for object in job::settle(&uploader, signal).await? {
        let dropped = object.dropped();
        if object.raw_data_only {
            ledger.drop_raw_data(dropped);
            continue;
        }
        let Dropped { ty, key, reason, .. } = &dropped;
        partial.entry(ty.clone()).or_insert_with(|| format!("`{ty}` {key} was left out: {reason}"));
        ledger.drop_object(dropped);
    }
    keys.sort();
    let mut declared = collection.contents.declared.clone();
    declared.extend(ledger.types.keys().cloned());
    let names = naming::<I>(env);
    declared.extend(I::STEPS.iter().flat_map(|step| step.emits).map(|object| object.ty().name(&names)));
    let listed: Vec<String> = partial.keys().cloned().collect();
    let types = types_of::<I>(&names, declared, &listed);
    let mut summary = Box::new(Summary::collected(Vec::new(), ledger, Vec::new()));
    for (ty, reason) in partial {
        if collection.contents.settled.contains(&ty) {
            summary.keep(Partial { ty, reason });
        } else {
            summary.protect(Partial { ty, reason });
        }
    }
    Ok(Uploaded { summary, types, brings: Box::new(keys) })
}

/// Why a collection was not sent.
enum Failed {
    Stopped(u8),
    Error(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Sends a collection; gives the number of its entities.
async fn send(
    collection: &Collection,
    destination: &Destination,
    keys: &mut Keys,
    raw_data: bool,
) -> Result<u64, Failed> {
    let (mut counts, mut entities, limits) = (BTreeMap::new(), 0, destination.limits());
    for path in collection.files() {
        let file = GraphText::read(path)?;
        let mut batches: Vec<(ObjectKind, Batch)> = Vec::new();
        file.each(&mut |kind, json, object| {
            *counts.entry(object.ty.clone()).or_default() += 1;
            entities += u64::from(kind == ObjectKind::Entity);
            if !destination.takes(kind) {
                return Ok(());
            }
            note(keys, kind, json, &object.key, &object.ty, object.mapping.is_some())?;
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
fn note(keys: &mut Keys, kind: ObjectKind, json: &str, key: &str, ty: &str, mapped: bool) -> Result<()> {
    if mapped {
        keys.add_mapped(ty);
        return Ok(());
    }
    let properties: Map<String, Value> = serde_json::from_str(json)?;
    let class = properties.get("_class").unwrap_or(&Value::Null);
    keys.add(key, &Content { kind, ty, class, properties: &properties });
    Ok(())
}
