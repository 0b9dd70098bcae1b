//! The sink of one step: checks duplicates, stores objects for readers, fills batches.
//!
//! **Ownership.** `Shared` belongs to the run, and each `StepSink` to one step. Locks are taken one at a time and never
//! across an `await`: the ledger, the key index and the spools each have their own. An object is stored for readers before it is
//! put into a batch, and in the ledger before its batch leaves the sink, which it does only when the destination has a place for it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use j1_core::error::Kind;
use j1_core::graph::{
    Accepted, BoxFuture, EncodedObject, LookupMeta, Naming, ObjectKind, Sink, Stored, Type,
    summarize_violations,
};
use j1_core::integration::{Duplicates, Verdict};
use j1_core::report::Event;
use j1_core::shared::ByHash;
use j1_core::step::{ReadMeta, StepMeta};
use j1_core::validate::Violation;
use j1_core::{Error, Result};
use tokio::sync::Notify;
use xxhash_rust::xxh3::xxh3_64;

use crate::code;
use crate::engine::destination::Destination;
use crate::engine::elsewhere::{Carry, Elsewhere};
use crate::engine::integration::AnyIntegration;
use crate::engine::keys::{Added, KeyIndex, low};
use crate::engine::ledger::{Dropped, Ledger};
use crate::engine::lookup::FieldIndex;
use crate::engine::pending::Pending;
use crate::engine::plan::Plan;
use crate::engine::spool::{Nothing, Spool};
use crate::engine::tell::tell;
use crate::index::{Digest, DiskMap, unusable};
use crate::jupiterone::{Batch, TooLarge, UploadLimits};
use crate::observe::stats::StepStats;
use crate::redact;

/// The reason an object, or its raw data, is not sent to JupiterOne.
const SECRET_IN_IT: &str = "it holds a secret of the configuration, which the provider sent back";

/// State shared by all steps of a run.
pub(super) struct Shared {
    pub naming: Naming,
    pub steps: Vec<&'static str>,
    pub destination: Destination,
    pub duplicates: Duplicates,
    pub limits: UploadLimits,
    /// `true` if raw data is sent.
    pub raw_data: bool,
    pub ledger: Mutex<Ledger>,
    index: Mutex<KeyIndex>,
    /// Objects that some step reads back, by type.
    spools: ByHash<(ReadMeta, Arc<Spool>)>,
    /// Notified when the first object of a type is stored: a step that reads along may begin.
    pub began_storing: Notify,
    /// The fields by which some step looks up entities, by type.
    indexes: ByHash<Vec<(LookupMeta, FieldIndex)>>,
    /// Hashes of the copies that are stored beside the first object of their key, since they differ in fields that are not
    /// sent. The hash of the first one is in the index.
    copies: Mutex<DiskMap<Digest>>,
    /// Relationships whose ends were not all there when they were added.
    pub pending: Pending,
    /// The part of the job that other processes collect.
    elsewhere: Option<Arc<Elsewhere>>,
    /// Relationships that a later process ties.
    pub edges: Pending,
    /// Look-ups that found nothing here.
    missed: Mutex<BTreeSet<(usize, u64, String)>>,
    /// Batches of steps that panicked.
    leftover: Mutex<Vec<Leftover>>,
}

/// The batch of a step that panicked.
pub(super) type Leftover = (usize, ObjectKind, Batch);

impl Shared {
    pub fn new(
        naming: Naming,
        steps: Vec<&'static str>,
        reads: &[ReadMeta],
        destination: Destination,
        duplicates: Duplicates,
        plan: &Plan,
    ) -> Self {
        let elsewhere = plan.elsewhere.clone();
        let (index, mut stored, pending) =
            elsewhere.as_ref().map(|elsewhere| elsewhere.take()).unwrap_or_default();
        let mut spools: ByHash<(ReadMeta, Arc<Spool>)> = ByHash::default();
        // Several steps may read a type; it is stored once.
        for read in reads.iter().copied().filter(|read| read.store.is_some()) {
            let given = stored.remove(&read.ty.hash);
            let (_, spool) = spools.entry(read.ty.hash).or_insert_with(|| (read, Arc::default()));
            if let Some(given) = given {
                *spool = given;
            }
        }
        Self {
            naming,
            steps,
            limits: destination.limits(),
            destination,
            duplicates,
            raw_data: plan.raw_data,
            ledger: Mutex::default(),
            index: Mutex::new(index.unwrap_or_else(|| KeyIndex::new(Arc::clone(&plan.memory)))),
            spools,
            began_storing: Notify::new(),
            indexes: indexes(reads),
            copies: Mutex::new(DiskMap::new(Arc::clone(&plan.memory))),
            pending,
            elsewhere,
            edges: Pending::default(),
            missed: Mutex::default(),
            leftover: Mutex::default(),
        }
    }

    /// Returns the ledger, the destination, the index and what later processes need once every step has ended.
    pub fn into_parts(self) -> (Ledger, Destination, KeyIndex, Carry) {
        let ledger = self.ledger.into_inner().unwrap_or_else(PoisonError::into_inner);
        let index = self.index.into_inner().unwrap_or_else(PoisonError::into_inner);
        let missed = self.missed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let carry = Carry { spools: self.spools, edges: self.edges, missed };
        (ledger, self.destination, index, carry)
    }

    /// Returns `true` if a relationship without an end is left to a later process.
    pub fn carries_edges(&self) -> bool {
        self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.carries)
    }

    /// Remembers a look-up that found nothing, if another process may have what it looked for.
    fn note_missed(&self, step: usize, ty: Type, key: &str) {
        if self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.siblings.contains(&ty.hash)) {
            let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
            missed.insert((step, ty.hash, key.to_owned()));
        }
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> MutexGuard<'_, KeyIndex> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a copy of an object whose first one was stored in the form `first`; `true` if it was not stored before.
    fn is_new_copy(&self, form: u64, first: u32) -> Result<bool> {
        if first == low(form) {
            return Ok(false);
        }
        let form = Digest::new(form);
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        copies.insert(form.address(), form).map(|held| held.is_none()).map_err(unusable)
    }

    /// Returns what is stored of a type; `None` if no step reads it back.
    pub fn spool(&self, ty: &Type) -> Option<&Arc<Spool>> {
        self.spools.get(&ty.hash).map(|(_, spool)| spool)
    }

    /// Closes the storage of the types that no step adds to any more.
    pub fn close_spools(&self, may_come: impl Fn(&Type) -> bool) {
        for (read, spool) in self.spools.values() {
            if !may_come(&read.ty) {
                spool.close();
            }
        }
    }

    /// Takes back the key of an object that turns out not to be sent.
    pub fn forget(&self, key: &str) -> Result<()> {
        self.index().remove(key)
    }

    /// Adds the key of an object that is stored in this form by a step; returns as well whether a new relationship has its ends.
    fn add_key(&self, record: &EncodedObject<'_>, form: u32, step: usize) -> Result<(Added, bool)> {
        let (mut index, key) = (self.index(), record.key);
        match record.ends {
            Some(ends) => index.add_between(key, ends, record.ty, record.json, step),
            None => Ok((index.add(key, record.ty, record.json, form, step)?, true)),
        }
    }

    /// Returns the ends of a relationship that were not collected, each with `true` if it is the end that the
    /// relationship goes to.
    pub fn missing_ends<'e>(&self, from: &'e str, to: &'e str) -> Result<Vec<(&'e str, bool)>> {
        let mut index = self.index();
        let mut missing = Vec::new();
        for (end, is_to) in [(from, false), (to, true)] {
            if !index.holds(end)? {
                missing.push((end, is_to));
            }
        }
        Ok(missing)
    }

    /// Takes the batches of steps that panicked.
    pub fn take_leftover(&self) -> Vec<Leftover> {
        std::mem::take(&mut *self.leftover.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The part of an entity that steps read back or look it up by.
struct Kept<'s> {
    /// A hash of all of it; 0 if no step needs any.
    form: u64,
    /// The file that it is stored in, and what is stored of its struct.
    spooled: Option<(&'s Spool, Vec<u8>)>,
    /// The indexes, and the values to add there.
    values: Vec<(&'s FieldIndex, String)>,
    /// `false` if the struct cannot be read back.
    whole: bool,
}

/// The decision on an object.
enum Decided {
    /// It is not sent, or was before.
    Done(Accepted),
    /// It is new, and waits for its ends unless it has them.
    New { has_ends: bool },
}

/// The hash of what has this hash, and of more behind it.
fn joined(hash: u64, more: &[u8]) -> u64 {
    // Any odd number does, so that the order counts.
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32) ^ xxh3_64(more)
}

/// Creates one index for each field of each type that any step looks up by.
fn indexes(reads: &[ReadMeta]) -> ByHash<Vec<(LookupMeta, FieldIndex)>> {
    let mut indexes: ByHash<Vec<(LookupMeta, FieldIndex)>> = ByHash::default();
    for read in reads.iter().filter(|read| !read.by.is_empty()) {
        let of_type = indexes.entry(read.ty.hash).or_default();
        for by in read.by {
            if of_type.iter().all(|(known, _)| known.field != by.field) {
                of_type.push((*by, FieldIndex::default()));
            }
        }
    }
    indexes
}

/// The sink of one step.
pub(super) struct StepSink {
    shared: Arc<Shared>,
    step: usize,
    meta: &'static StepMeta,
    stats: Arc<StepStats>,
    hooks: Arc<dyn AnyIntegration>,
    entities: Batch,
    relationships: Batch,
    /// The number of objects of each type that were taken since the ledger was last told.
    taken: Vec<(Arc<str>, u64)>,
}

impl StepSink {
    pub fn new(
        shared: Arc<Shared>,
        (step, meta): (usize, &'static StepMeta),
        stats: Arc<StepStats>,
        hooks: Arc<dyn AnyIntegration>,
    ) -> Self {
        let (entities, relationships) = (Batch::default(), Batch::default());
        Self { shared, step, meta, stats, hooks, entities, relationships, taken: Vec::new() }
    }

    /// Notes an object that is not sent, and makes its type partial: JupiterOne keeps what it holds of the type, and
    /// of the types built on it.
    fn drop_object(&self, (ty, name): (Type, &str), key: &str, code: &str, reason: String) {
        let mut ledger = self.shared.ledger();
        ledger.partial(self.step, Some(ty), format!("`{name}` {key} was left out: {reason}"));
        ledger.drop_object(Dropped {
            ty: name.to_owned(),
            key: key.to_owned(),
            code: code.to_owned(),
            reason,
        });
    }

    /// Returns the raw data of an object, if it may be sent.
    fn raw_data<'r>(&self, record: &EncodedObject<'r>) -> Option<Cow<'r, [u8]>> {
        let shown = redact::raw_data(record.raw_data?);
        if shown.is_none() {
            let (ty, key) = (record.type_name.to_string(), record.key.to_owned());
            let (code, reason) = (code::SECRET.to_string(), SECRET_IN_IT.to_owned());
            self.shared.ledger().drop_raw_data(Dropped { ty, key, code, reason });
        }
        shown
    }

    /// Handles an object whose key belongs to another one, of type `ty` and added by `step`. The message leaves out
    /// what the two contain: it may be personal data.
    fn duplicate(&self, record: &EncodedObject<'_>, ty: Option<Type>, step: usize) -> Result<Accepted> {
        let [first, second] =
            [step, self.step].map(|step| self.shared.steps.get(step).copied().unwrap_or_default());
        let held = ty.map(|ty| ty.name(&self.shared.naming)).unwrap_or_default();
        let other = if held == **record.type_name { "a different" } else { "a" };
        let reason = format!(
            "step `{first}` added {other} `{held}` with the key `{}`, and step `{second}` adds this `{}` with it; a `_key` \
             stands for one thing",
            record.key, record.type_name
        );
        if self.shared.duplicates == Duplicates::Fail {
            return Err(Error::new(Kind::Data, code::DUPLICATE, reason));
        }
        self.drop_object((record.ty, record.type_name), record.key, code::DUPLICATE.as_str(), reason);
        Ok(Accepted::Rejected)
    }

    /// Decides whether an object is not sent, because it was added before, another object has its key, or it is too
    /// large. The key of one to send is added to the index, and the object stored.
    fn decide(&self, record: &EncodedObject<'_>) -> Result<Decided> {
        // Measured now, not when JupiterOne refuses it: its relationships are still to come, and would be sent.
        if record.json.len() > self.shared.limits.object {
            let object = TooLarge {
                ty: Arc::clone(record.type_name),
                key: record.key.to_owned(),
                bytes: record.json.len(),
                raw_data_only: false,
            };
            let Dropped { ty, key, code, reason } = object.dropped();
            self.drop_object((record.ty, &ty), &key, &code, reason);
            return Ok(Decided::Done(Accepted::Rejected));
        }
        let kept = self.kept(record)?;
        let (added, has_ends) = self.shared.add_key(record, low(kept.form), self.step)?;
        match added {
            Added::New => {
                self.store(record, kept)?;
                Ok(Decided::New { has_ends })
            }
            Added::Again(first) => {
                if self.shared.is_new_copy(kept.form, first)? {
                    self.store(record, kept)?;
                }
                self.hooks.after_add(record);
                Ok(Decided::Done(Accepted::Accepted))
            }
            // The first object with this key is sent, so the relationships that this copy declares hold as well.
            Added::Taken(Some(ty), _, first)
                if self.shared.duplicates == Duplicates::KeepFirst && ty.hash == record.ty.hash =>
            {
                if self.shared.is_new_copy(kept.form, first)? {
                    self.store(record, kept)?;
                }
                self.shared.ledger().keep_first(record.type_name);
                Ok(Decided::Done(Accepted::Accepted))
            }
            Added::Taken(ty, step, _) => self.duplicate(record, ty, step).map(Decided::Done),
        }
    }

    /// Returns what the steps that read an entity back, or look it up, need of it.
    fn kept(&self, record: &EncodedObject<'_>) -> Result<Kept<'_>> {
        let mut kept = Kept { form: 0, spooled: None, values: Vec::new(), whole: true };
        let (read, indexes) =
            (self.shared.spools.get(&record.ty.hash), self.shared.indexes.get(&record.ty.hash));
        if read.is_none() && indexes.is_none() {
            return Ok(kept);
        }
        kept.form = xxh3_64(record.key.as_bytes());
        if let Some((read, spool)) = read {
            match record.original.zip(read.store).and_then(|(original, store)| store(original)) {
                Some(stored) => {
                    let stored = stored?;
                    self.compare(record, (read, spool), &stored);
                    kept.form = joined(kept.form, &stored);
                    kept.spooled = Some((&**spool, stored));
                }
                None => kept.whole = false,
            }
        }
        for (by, index) in indexes.into_iter().flatten() {
            let mut add = |value: &str| {
                kept.form = joined(kept.form, value.as_bytes());
                kept.values.push((index, value.to_owned()));
            };
            kept.whole &= record.original.is_some_and(|original| (by.values)(original, &mut add));
        }
        // Zero means that nothing is stored.
        kept.form |= u64::from(low(kept.form) == 0);
        Ok(kept)
    }

    /// Makes the step partial if others upload to the job as well: what it looks up may be there.
    fn doubt_shared(&self, ty: Type) {
        if self.shared.destination.is_shared() {
            let reason =
                format!("a `{}` that was not found may be among what others upload to the job", ty.pattern);
            self.shared.ledger().partial(self.step, None, reason);
        }
    }

    /// Makes the type partial if a step would read another struct back than was added: what it made of a member that is lost
    /// would be deleted.
    fn compare(&self, record: &EncodedObject<'_>, (read, spool): (&ReadMeta, &Spool), stored: &[u8]) {
        let changed = spool.compares().then(|| read.again.and_then(|again| again(stored))).flatten();
        if let Some(member) = changed {
            let reason = format!(
                "`{}` is read back by a step with another `{member}` than it was added with: its `Serialize` does not write what \
                 its `Deserialize` reads",
                record.type_name
            );
            self.shared.ledger().partial(self.step, Some(record.ty), reason);
        }
    }

    /// Keeps an entity for the steps that read it back or look it up.
    fn store(&self, record: &EncodedObject<'_>, kept: Kept<'_>) -> Result<()> {
        if let Some((spool, stored)) = kept.spooled
            && spool.push(record.key, &stored)?
        {
            self.shared.began_storing.notify_one();
        }
        for (index, value) in kept.values {
            index.add(&value, record.key)?;
        }
        if kept.whole {
            return Ok(());
        }
        // A step that reads the type back would see fewer objects than exist.
        let reason = format!("`{}` is read back by a step, and this struct cannot be", record.type_name);
        self.shared.ledger().partial(self.step, Some(record.ty), reason);
        Ok(())
    }

    /// Takes a new object; a relationship waits if it does not have its ends.
    fn take(&mut self, record: &EncodedObject<'_>, has_ends: bool) -> Result<Accepted> {
        let takes = self.shared.destination.takes(record.kind);
        if !record.truncated.is_empty() {
            let mut ledger = self.shared.ledger();
            for property in record.truncated {
                *ledger.left_out.truncated.entry(format!("{}.{property}", record.type_name)).or_default() +=
                    1;
            }
        }
        if let Some(ends) = record.ends.filter(|_| !has_ends) {
            self.shared.pending.push(self.step, record, ends)?;
            return Ok(Accepted::Accepted);
        }
        if !takes {
            // It is not sent, but relationships may end at it, and steps read it back.
            return Ok(Accepted::Accepted);
        }
        self.count(record.type_name);
        let json = self.shared.destination.written(record.kind, record.json);
        let (batch, counter) = match record.kind {
            ObjectKind::Entity => (&mut self.entities, &self.stats.entities),
            ObjectKind::Relationship => (&mut self.relationships, &self.stats.relationships),
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let full = batch.push(record.type_name, record.key, &json, record.raw_data, &self.shared.limits);
        Ok(if full { Accepted::FlushDue } else { Accepted::Accepted })
    }

    /// Counts an object. The ledger is told for a whole batch: its lock is that of all steps.
    fn count(&mut self, ty: &Arc<str>) {
        match self.taken.iter_mut().find(|(known, _)| known == ty) {
            Some((_, count)) => *count += 1,
            None => self.taken.push((Arc::clone(ty), 1)),
        }
    }

    fn tell_the_ledger(&mut self) {
        let mut ledger = self.shared.ledger();
        for (ty, count) in &mut self.taken {
            ledger.count(ty, std::mem::take(count));
        }
    }

    fn batch(&mut self, kind: ObjectKind) -> &mut Batch {
        match kind {
            ObjectKind::Entity => &mut self.entities,
            ObjectKind::Relationship => &mut self.relationships,
        }
    }
}

/// Keeps the batches of a step that panicked and so has not flushed: their objects exist, and the engine sends them.
impl Drop for StepSink {
    fn drop(&mut self) {
        self.tell_the_ledger();
        for kind in [ObjectKind::Entity, ObjectKind::Relationship] {
            let batch = std::mem::take(self.batch(kind));
            if !batch.is_empty() {
                let mut leftover = self.shared.leftover.lock().unwrap_or_else(PoisonError::into_inner);
                leftover.push((self.step, kind, batch));
            }
        }
    }
}

impl Sink for StepSink {
    fn naming(&self) -> &Naming {
        &self.shared.naming
    }

    fn accept(&mut self, record: &EncodedObject<'_>) -> Result<Accepted> {
        if record.kind == ObjectKind::Relationship && !self.shared.destination.takes(record.kind) {
            return Ok(Accepted::Accepted);
        }
        if redact::in_object(record.json) {
            let (key, code) = (redact::known(record.key), code::SECRET.as_str());
            self.drop_object((record.ty, record.type_name), &key, code, SECRET_IN_IT.to_owned());
            return Ok(Accepted::Rejected);
        }
        let raw_data = self.raw_data(record);
        let record = &record.with_raw_data(raw_data.as_deref());
        if let Verdict::LeaveOut(reason) = self.hooks.before_add(record) {
            let code = code::HOOK.as_str();
            self.drop_object(
                (record.ty, record.type_name),
                record.key,
                code,
                redact::known(&reason).into_owned(),
            );
            return Ok(Accepted::Rejected);
        }
        let has_ends = match self.decide(record)? {
            Decided::Done(accepted) => return Ok(accepted),
            Decided::New { has_ends } => has_ends,
        };
        let accepted = self.take(record, has_ends)?;
        self.hooks.after_add(record);
        Ok(accepted)
    }

    fn refuse(&mut self, ty: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]) {
        let (code, reason) = summarize_violations(violations);
        self.drop_object((ty, type_name), key, code.as_str(), reason);
    }

    fn withhold(&mut self, _: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]) {
        let mut ledger = self.shared.ledger();
        for violation in violations {
            ledger.withhold(type_name, key, violation);
        }
    }

    fn wants_raw_data(&self) -> bool {
        self.shared.raw_data
    }

    fn send_event(&self, event: Event) {
        let step = self.shared.steps.get(self.step).copied().unwrap_or_default();
        tell(&self.shared.destination, step, event);
    }

    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.tell_the_ledger();
            let shared = Arc::clone(&self.shared);
            let step = shared.steps.get(self.step).copied().unwrap_or_default();
            // Entities first, so that a relationship does not overtake its ends.
            for kind in [ObjectKind::Entity, ObjectKind::Relationship] {
                if self.batch(kind).is_empty() {
                    continue;
                }
                let place = shared.destination.ready().await?;
                let next = shared.destination.next(kind, self.batch(kind));
                let batch = std::mem::replace(self.batch(kind), next);
                shared.destination.put(place, step, kind, batch)?;
            }
            Ok(())
        })
    }

    fn contains(&self, ty: Type, key: &str) -> bool {
        let holds = self.shared.index().holds_type(key, ty).unwrap_or_else(|error| {
            // A step takes what was not found for something that does not exist: nothing that it emits is complete now.
            self.shared.ledger().partial(self.step, None, error.to_string());
            false
        });
        if !holds {
            self.shared.note_missed(self.step, ty, key);
            self.doubt_shared(ty);
        }
        holds
    }

    fn find_by(&mut self, ty: Type, field: &str, value: &str) -> Result<Vec<String>> {
        // Whatever is found here, another entity may have the value.
        self.doubt_shared(ty);
        let mut of_type = self.shared.indexes.get(&ty.hash).into_iter().flatten();
        match of_type.find(|(by, _)| by.field == field) {
            Some((_, index)) => index.find(value),
            // No running step declares this lookup, so no step asks.
            None => Ok(Vec::new()),
        }
    }

    fn read(&mut self, ty: Type) -> Result<Box<dyn Stored>> {
        // A step that emits the type itself would wait for its own end.
        let emits_it = self.meta.emits.iter().any(|object| object.ty().hash == ty.hash);
        match self.shared.spool(&ty) {
            Some(spool) if emits_it => spool.read(),
            Some(spool) => spool.read_along(),
            None => Ok(Box::new(Nothing)),
        }
    }
}
