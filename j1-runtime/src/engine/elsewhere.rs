//! The part of a job that other processes collect, as a step of this one sees it.
//!
//! **Ownership.** The caller that runs a part of a job creates an [`Elsewhere`] before the steps run and gives it to
//! the plan. The engine takes the keys, the stored entities and the waiting relationships out of it once, when it
//! begins, and returns what this process has for the others as a [`Carry`].

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use j1_core::Result;
use j1_core::graph::Type;
use j1_core::shared::ByHash;
use j1_core::step::ReadMeta;

use crate::engine::keys::KeyIndex;
use crate::engine::pending::Pending;
use crate::engine::spool::Spool;

/// The part of a job that other processes collect.
#[derive(Default)]
pub(crate) struct Elsewhere {
    /// The steps that run in other processes.
    pub steps: BTreeSet<usize>,
    /// The types that they did not collect completely.
    pub incomplete: Vec<Incomplete>,
    /// The types that they leave incomplete in every run, by decision.
    pub settled: Vec<Incomplete>,
    /// Types that other processes collect at the same time: a key that is not here may be there.
    pub siblings: HashSet<u64>,
    /// `true` if a relationship without an end is left to a later process, which knows all keys.
    pub carries: bool,
    /// The keys, entities and relationships that the steps of this process need.
    pub given: Mutex<Given>,
}

/// A step whose types are not complete: one type, or all of them if it is `None`.
#[derive(Clone, Debug)]
pub(crate) struct Incomplete {
    pub step: usize,
    pub ty: Option<Type>,
    pub reason: String,
}

/// Everything that earlier processes collected and the steps of this one need.
#[derive(Default)]
pub(crate) struct Given {
    /// The keys; `None` if there are none.
    pub index: Option<KeyIndex>,
    stored: HashMap<u64, Arc<Spool>>,
    pending: Pending,
}

/// Everything that this process has for later ones.
#[derive(Default)]
pub(crate) struct Carry {
    /// The entities that steps read back, by type.
    pub(super) spools: ByHash<(ReadMeta, Arc<Spool>)>,
    /// Relationships whose ends were not collected here.
    pub(super) edges: Pending,
    /// Look-ups that found nothing although another process may have the entity: step, type, key.
    pub missed: BTreeSet<(usize, u64, String)>,
}

/// A relationship whose ends were not collected where it was added.
pub(crate) struct CarriedEdge {
    pub step: usize,
    pub ty: String,
    pub key: String,
    pub from: String,
    pub to: String,
    /// `true` if it is left out without a word where an end was not collected.
    pub expected: bool,
    pub json: Vec<u8>,
}

impl Elsewhere {
    /// Adds what earlier processes collected.
    pub fn with(mut self, given: Given) -> Self {
        self.given = Mutex::new(given);
        self
    }

    pub(super) fn take(&self) -> (Option<KeyIndex>, HashMap<u64, Arc<Spool>>, Pending) {
        let given = std::mem::take(&mut *self.given.lock().unwrap_or_else(PoisonError::into_inner));
        (given.index, given.stored, given.pending)
    }
}

impl Given {
    /// Stores an entity for the steps that read its type.
    pub fn store(&mut self, ty: Type, key: &str, stored: &[u8]) -> Result<()> {
        self.stored.entry(ty.hash).or_default().push(key, stored).map(drop)
    }

    /// Adds a relationship that waits for its ends.
    pub fn wait(&mut self, edge: &CarriedEdge) -> Result<()> {
        self.pending.keep(edge.step, edge.expected, [&edge.ty, &edge.key, &edge.from, &edge.to], &edge.json)
    }
}

impl Carry {
    /// Gives each stored entity of a type to `take`: its key and what its step wrote.
    pub fn each(&self, ty: Type, take: &mut dyn FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
        let Some((_, spool)) = self.spools.get(&ty.hash) else { return Ok(()) };
        let mut reader = spool.read_keyed()?;
        while let Some((key, stored)) = reader.next_keyed()? {
            take(&String::from_utf8_lossy(key), &stored)?;
        }
        Ok(())
    }

    /// Gives each relationship without an end to `take`.
    pub fn edges(&self, take: &mut dyn FnMut(CarriedEdge) -> Result<()>) -> Result<()> {
        let mut reader = self.edges.read()?;
        while let Some(waiting) = reader.next()? {
            take(CarriedEdge {
                step: waiting.step,
                ty: waiting.ty.to_string(),
                key: waiting.key,
                from: waiting.from,
                to: waiting.to,
                expected: waiting.expected,
                json: waiting.json,
            })?;
        }
        Ok(())
    }
}
