//! The steps that need what all shards collected, and the keys of the whole job.

use std::collections::BTreeSet;
use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::step::Phase;
use j1_core::{Error, Result};
use xxhash_rust::xxh3::xxh3_64;

use super::close::Current;
use super::files::RunFiles;
use super::known::{self, Carried, KeyLine, Names};
use super::part::{Collected, encode_carry, store};
use super::plan::records;
use super::receipt::{CompleteSet, listed};
use super::settings::Setup;
use super::work::completeness;
use crate::code;
use crate::collection::PartWriter;
use crate::engine::{self, Added, Destination, Elsewhere, Given, Incomplete, KeyIndex, Plan, Stop};
use crate::index::Budget;
use crate::observe::progress::Progress;
use crate::run::Ready;
use crate::run::error::RunError;

/// The keys of the whole job.
pub(super) struct Whole {
    pub index: KeyIndex,
    /// The distinct entities and relationships.
    pub sent: [u64; 2],
}

impl Whole {
    fn new(memory: &Arc<Budget>) -> Self {
        Self { index: KeyIndex::new(Arc::clone(memory)), sent: [0; 2] }
    }

    /// Adds the keys of parts.
    ///
    /// # Errors
    /// When two parts have different objects with one key; the message names both.
    async fn add(&mut self, files: &RunFiles, names: &Names, parts: &[&Collected]) -> Result<()> {
        for (at, part) in parts.iter().enumerate() {
            let mut taken: Option<KeyLine> = None;
            known::keys(files, names, part, &mut |line| {
                match self.index.add_known(&line.key, line.ty, line.content, line.step)? {
                    Added::New => self.sent[usize::from(line.kind == ObjectKind::Relationship)] += 1,
                    // The same object in two shards is one object.
                    Added::Again(_) => {}
                    Added::Taken(..) => drop(taken.get_or_insert(line)),
                }
                Ok(())
            })
            .await?;
            if let Some(line) = taken {
                return Err(duplicate(files, names, (&parts[..at], part), &line).await?);
            }
        }
        Ok(())
    }
}

/// The error of two different objects with one key, each in a part of its own.
async fn duplicate(
    files: &RunFiles,
    names: &Names,
    (before, part): (&[&Collected], &Collected),
    line: &KeyLine,
) -> Result<Error> {
    let mut first = String::new();
    for other in before {
        known::keys(files, names, other, &mut |held| {
            if held.key == line.key && first.is_empty() {
                first.clone_from(&other.name);
            }
            Ok(())
        })
        .await?;
    }
    let step = names.ids.get(line.step).copied().unwrap_or_default();
    let message = format!(
        "{first} and {} have different objects with the key `{}` (step `{step}`), and a `_key` stands for one thing; the job is \
         aborted, and nothing was changed. What several shards share belongs in a step that runs before or after them",
        part.name, line.key
    );
    Ok(Error::new(Kind::Upload, code::SHARD_DUPLICATE, message))
}

/// Reads what the last steps need from the parts before them, and the look-ups that missed what another part has. The keys of
/// relationships that wait are added to those of the whole job.
async fn needed(
    files: &RunFiles,
    names: &Names,
    parts: &[&Collected],
    index: &mut KeyIndex,
) -> Result<(Given, BTreeSet<(usize, u64, String)>)> {
    let (mut given, mut missed) = (Given::default(), BTreeSet::new());
    let wanted = names.read(Phase::Reduce);
    for part in parts {
        known::carried(files, names, part, &mut |carried| {
            match carried {
                Carried::Stored { ty, key, json } if wanted.contains(&ty.hash) => {
                    given.store(ty, &key, &json)?;
                }
                Carried::Stored { .. } => {}
                Carried::Edge(edge) => {
                    given.wait(&edge)?;
                    if let Some(ty) = names.types.get(&edge.ty) {
                        index.add_known(&edge.key, *ty, xxh3_64(&edge.json), edge.step)?;
                    }
                }
                // Only an entity can have been looked up, and those of all parts are in the index already.
                Carried::Missed { step, ty, key } => {
                    if let Some(known) = names.types.values().find(|known| known.hash == ty)
                        && index.holds_type(&key, *known)?
                    {
                        missed.insert((step, ty, key));
                    }
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok((given, missed))
}

/// Runs the last steps, and ties what waited for an end in another shard. For one set of receipts it is done once.
pub(super) async fn reduce(
    setup: &Setup,
    current: &Current,
    set: &CompleteSet,
    (ready, mut steps): (Ready, Plan),
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<(Whole, Collected), RunError> {
    let (files, names) = (&current.files, &setup.names);
    let delivered = set.receipts().map(|receipt| &receipt.collected);
    let parts: Vec<&Collected> = std::iter::once(&current.plan.root).chain(delivered).collect();
    let memory = Arc::clone(&steps.memory);
    let mut whole = Whole::new(&memory);
    whole.add(files, names, &parts).await?;
    let name = format!("reduce-{}", set.basis());
    if let Some(part) = Collected::published(files, &name).await? {
        whole.add(files, names, &[&part]).await?;
        return Ok((whole, part));
    }
    let Whole { mut index, sent } = whole;
    let (mut given, missed) = needed(files, names, &parts, &mut index).await?;
    let (mut incomplete, settled) = completeness(names, parts.iter().copied());
    if !set.missing().is_empty() {
        let map = (0..names.phases.len()).filter(|step| names.phases[*step] == Phase::Map);
        let reason = format!("{} did not deliver", listed(set.missing()));
        incomplete.extend(map.map(|step| Incomplete { step, ty: None, reason: reason.clone() }));
    }
    for (step, ty, key) in &missed {
        let ty = names.types.values().find(|known| known.hash == *ty);
        let Some(ty) = ty else { continue };
        let reason = format!(
            "it looked up `{key}`, a `{}` of another shard, and a look-up sees one shard only: read them all in a step of its \
             own, `reads(all ..)`",
            ty.pattern
        );
        incomplete.push(Incomplete { step: *step, ty: None, reason });
    }
    given.index = Some(index);
    let elsewhere =
        Elsewhere { steps: names.elsewhere(Phase::Reduce), incomplete, settled, ..Elsewhere::default() };
    steps.elsewhere = Some(Arc::new(elsewhere.with(given)));
    let writer = Destination::Part(PartWriter::new(&[])?);
    let collected = engine::collect(ready.integration, &steps, ready.naming, writer, progress, stop).await?;
    // Of the steps that ran elsewhere as well: one that no process runs is disabled, and one whose relationships are tied here
    // counts them here.
    let records = records(&collected.steps, |_| true);
    let carry = encode_carry(&collected.carry, &[], &names.ids)?;
    let Destination::Part(writer) = collected.destination else { unreachable!("a part is written") };
    let part = store(files, &name, writer, (records, collected.ledger), carry).await?;
    let own = part.attempt.clone();
    let part = part.publish(files).await?;
    let mut whole =
        Whole { index: collected.index, sent: [sent[0] + part.objects[0], sent[1] + part.objects[1]] };
    if part.attempt != own {
        // Another process was first: what it collected is what counts.
        whole = Whole::new(&memory);
        let all: Vec<&Collected> = parts.iter().copied().chain([&part]).collect();
        whole.add(files, names, &all).await?;
    }
    Ok((whole, part))
}
