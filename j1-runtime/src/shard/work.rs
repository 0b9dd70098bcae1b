//! `shard work`: collects shards, uploads them, and writes their receipts.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use j1_core::error::{Kind, exit};
use j1_core::step::Phase;
use j1_core::{Error, Result};

use super::cut;
use super::files::{JobFile, PlanFile, RunFiles, Shard};
use super::known::{self, Carried, Names};
use super::merge::merge;
use super::part::{Collected, encode_carry, store};
use super::plan::records;
use super::receipt::{Receipt, of_shard, shard_name};
use super::session::{Attempt, Uploading};
use super::settings::{Setup, WorkSettings};
use super::status;
use super::store::Created;
use crate::code;
use crate::collection::PartWriter;
use crate::engine::{self, Destination, Elsewhere, Given, Incomplete, KeyIndex, Ledger, Plan, Stop};
use crate::index::Budget;
use crate::jupiterone::{Source, SyncClient};
use crate::observe::progress::{Phase as Progressing, Progress};
use crate::run::Ready;
use crate::run::error::RunError;
use crate::run::summary::Summary;

/// The work of one process: its shards, and its part of the provider's budget.
pub(crate) struct Assignment {
    pub files: RunFiles,
    pub plan: PlanFile,
    job: JobFile,
    shards: Vec<usize>,
}

impl Assignment {
    /// Reads the current run, and chooses this process's shards.
    ///
    /// # Errors
    /// When there is no open job, another build made the plan, or the index is out of range.
    pub async fn read(setup: &Setup, settings: WorkSettings) -> Result<Self, RunError> {
        let (files, plan) = setup.current().await?;
        let job = files.open_job(&plan).await?;
        let shards = choose(&plan, settings).map_err(RunError::usage)?;
        Ok(Self { files, plan, job, shards })
    }

    /// The part of the work that is this process's: what it may use of a budget that all share.
    pub fn share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more precision")]
        let weight = |of: &dyn Fn(usize) -> bool| -> f64 {
            self.plan.shards.iter().filter(|s| of(s.id)).map(|s| s.weight.max(1) as f64).sum()
        };
        let all = weight(&|_| true);
        if all > 0.0 { weight(&|id| self.shards.contains(&id)) / all } else { 1.0 }
    }

    /// The source and the scope that the job was opened for.
    pub fn owner(&self) -> (Source, Option<String>) {
        self.job.owner()
    }

    /// The summary of a process without a shard.
    pub fn nothing(&self) -> Summary {
        let mut summary = Summary::collected(Vec::new(), Ledger::default());
        summary.shards = Some(status::of_worker(&self.plan, &[]));
        summary
    }

    /// Returns `true` if there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.shards.is_empty()
    }
}

/// Chooses the shards of one process: shard `index`, or a part of them with about as much work as each other process has.
fn choose(plan: &PlanFile, settings: WorkSettings) -> Result<Vec<usize>> {
    let out_of_range = |message: String| Error::new(Kind::Config, code::SHARD_INDEX, message);
    let count = plan.shards.len();
    let of = settings.of.map_or(plan.requested.max(count), std::num::NonZeroUsize::get);
    let Some(index) = settings.index else {
        return Err(out_of_range(
            "this process does not know which shard is its own; pass `--index I`, or run it where JOB_COMPLETION_INDEX, \
             SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX or NOMAD_ALLOC_INDEX is set"
                .to_owned(),
        ));
    };
    if index >= of {
        return Err(out_of_range(format!(
            "index {index} is out of range: there are {of} workers, numbered from 0 to {}",
            of - 1
        )));
    }
    if of >= count {
        return Ok((0..count).filter(|shard| *shard == index).collect());
    }
    let weights: Vec<u64> = plan.shards.iter().map(|shard| shard.weight).collect();
    let mut own = cut::divide(&weights, of).swap_remove(index);
    own.sort_unstable();
    Ok(own)
}

/// Collects and uploads the shards of one process.
pub(crate) async fn work(
    setup: &Setup,
    assignment: &Assignment,
    ready: (Ready, Plan),
    client: SyncClient,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let session = Uploading::join(Arc::new(client.repeating()), &assignment.job).await?;
    let delivered = deliver(setup, assignment, ready, &session, progress, stop).await;
    session.close().await;
    let (reports, ledger) = merge(setup.program.steps, &setup.naming, delivered?.iter(), false);
    let mut summary = Summary::collected(reports, ledger);
    summary.shards = Some(status::of_worker(&assignment.plan, &assignment.shards));
    // The receipts are there, so no scheduler needs to start this again. `close` ends with the code of a partial run.
    summary.exit_code = exit::COMPLETE;
    Ok(summary)
}

/// Delivers the shards that have no receipt, and returns what was collected of all.
async fn deliver(
    setup: &Setup,
    assignment: &Assignment,
    (ready, mut steps): (Ready, Plan),
    session: &Uploading,
    progress: &Progress,
    mut stop: Stop<'_>,
) -> Result<Vec<Collected>, RunError> {
    let Assignment { files, plan, job, shards } = assignment;
    let mut delivered = Vec::new();
    for shard in shards.iter().filter_map(|id| plan.shards.get(*id)) {
        if let Some(receipt) = of_shard(files, shard.id, plan, job).await? {
            delivered.push(receipt.collected);
            continue;
        }
        let number = begin(files, shard.id).await?;
        let attempt =
            Attempt { shard: [shard.id, plan.shards.len()], number, share: plan.tenths_of(&[shard.id]) };
        let name = shard_name(shard.id);
        let part = match Collected::published(files, &name).await? {
            Some(part) => part,
            None => {
                session.collecting(&attempt);
                collect(setup, (files, plan), shard, (&ready, &mut steps), progress, stop.as_mut()).await?
            }
        };
        progress.phase(Progressing::Uploading);
        let upload = tokio::select! {
            upload = session.deliver_shard(files, &part, &attempt) => upload?,
            signal = stop.as_mut() => return Err(RunError::interrupted(signal)),
        };
        let receipt = Receipt {
            plan_hash: plan.plan_hash.clone(),
            build: setup.build.clone(),
            job: job.job.clone(),
            shard: shard.id,
            attempt: number,
            collected: part.clone(),
            received: upload.received,
            too_large: upload.too_large,
            hash: String::new(),
        };
        let path = files.path(&format!("receipts/{name}/{number:04}.json"));
        files.store.create_document(&path, &receipt.sealed()?).await?;
        delivered.push(part);
    }
    Ok(delivered)
}

/// Takes the next attempt at a shard.
async fn begin(files: &RunFiles, shard: usize) -> Result<u64> {
    let folder = files.path(&format!("attempts/{}", shard_name(shard)));
    let mut attempt = files.store.list(&folder).await?.len() as u64 + 1;
    loop {
        // Without a time: the clocks of two workers may be hours apart.
        let started = serde_json::json!({ "process": uuid::Uuid::new_v4().to_string() });
        let bytes = Bytes::from(serde_json::to_vec(&started)?);
        match files.store.create(&format!("{folder}/{attempt:04}.json"), bytes).await? {
            Created::Mine => return Ok(attempt),
            Created::Other(_) => attempt += 1,
        }
    }
}

/// Reads what the steps of a shard need from those of the root. It is read for each shard, since it need not fit into memory.
async fn given(
    names: &Names,
    (files, plan): (&RunFiles, &PlanFile),
    shard: &Shard,
    memory: &Arc<Budget>,
) -> Result<Given> {
    let (mut given, mut index) = (Given::default(), KeyIndex::new(Arc::clone(memory)));
    known::keys(files, names, &plan.root, &mut |line| {
        index.add_known(&line.key, line.ty, line.content, line.step).map(drop)
    })
    .await?;
    given.index = Some(index);
    let wanted = names.read(Phase::Map);
    let own: HashSet<&str> = shard.keys.iter().map(String::as_str).collect();
    known::carried(files, names, &plan.root, &mut |carried| match carried {
        // Look-ups see all of them; only what is read one by one is divided.
        Carried::Stored { ty, key, json }
            if wanted.contains(&ty.hash) && (ty.hash != names.cut.hash || own.contains(key.as_str())) =>
        {
            given.store(ty, &key, &json)
        }
        _ => Ok(()),
    })
    .await?;
    Ok(given)
}

/// The types of parts that are not complete, and those that no run completes.
pub(super) fn completeness<'c>(
    names: &Names,
    parts: impl Iterator<Item = &'c Collected>,
) -> (Vec<Incomplete>, Vec<Incomplete>) {
    let (mut incomplete, mut settled) = (Vec::new(), Vec::new());
    for record in parts.flat_map(|part| &part.steps) {
        let Some(step) = names.step(record.id.as_bytes()) else { continue };
        let reasons = if record.settled { &mut settled } else { &mut incomplete };
        for partial in &record.partial {
            let ty = names.types.get(&partial.ty).copied();
            reasons.push(Incomplete { step, ty, reason: partial.reason.clone() });
        }
    }
    (incomplete, settled)
}

/// Collects a shard into the store.
async fn collect(
    setup: &Setup,
    (files, plan): (&RunFiles, &PlanFile),
    shard: &Shard,
    (ready, steps): (&Ready, &mut Plan),
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Collected, RunError> {
    let names = &setup.names;
    let (incomplete, settled) = completeness(names, std::iter::once(&plan.root));
    let elsewhere = Elsewhere {
        steps: names.elsewhere(Phase::Map),
        incomplete,
        settled,
        siblings: names.emitted(Phase::Map),
        carries: true,
        ..Elsewhere::default()
    };
    steps.elsewhere =
        Some(Arc::new(elsewhere.with(given(names, (files, plan), shard, &steps.memory).await?)));
    let writer = Destination::Part(PartWriter::new(&shard.keys)?);
    let (integration, naming) = (Arc::clone(&ready.integration), ready.naming.clone());
    let collected = engine::collect(integration, steps, naming, writer, progress, stop).await?;
    let mut types = names.emitted(Phase::Map);
    let reduce = names.read(Phase::Reduce);
    types.retain(|ty| reduce.contains(ty));
    let carry = encode_carry(&collected.carry, &names.named(&types), &names.ids)?;
    let records = records(&collected.steps, |step| names.phases[step] == Phase::Map);
    let Destination::Part(writer) = collected.destination else { unreachable!("a part is written") };
    let name = shard_name(shard.id);
    let part = store(files, &name, writer, (records, collected.ledger), carry).await?;
    Ok(part.publish(files).await?)
}
