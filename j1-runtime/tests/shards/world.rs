//! Everything that outlives a process, and the checks at every finalize.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use fastrand::Rng;
use j1_runtime::provider::{Incoming, Outgoing};
use serde_json::{Value, json};

use crate::graph::Graph;
use crate::jupiterone::JupiterOne;
use crate::provider::Provider;

/// Everything that outlives a process.
pub struct World {
    pub rng: Rng,
    pub provider: Provider,
    pub jupiterone: JupiterOne,
    pub files: BTreeMap<String, Bytes>,
    /// The number of faulty requests and writes in 256.
    pub faults: u8,
    /// Everything that the provider ever had.
    pub ever: Graph,
    /// The first violated invariant.
    pub wrong: Option<String>,
    /// The job that finalized each run of the store.
    finalized: BTreeMap<String, String>,
    pub met: Met,
    /// A log, kept only if it will be read.
    pub log: Option<Vec<String>>,
}

pub type Shared = Arc<Mutex<World>>;

/// Counts of what happened.
#[derive(Clone, Debug, Default)]
pub struct Met(BTreeMap<&'static str, u64>);

impl Met {
    const ALL: [&str; 12] = [
        "deaths",
        "freezes",
        "duplicates",
        "lostRequests",
        "refusedRequests",
        "lostWrites",
        "lostLastWrites",
        "brokenReads",
        "late",
        "finalizes",
        "aborts",
        "completeRuns",
    ];

    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// The counts of everything that can happen.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Self::ALL.into_iter().map(|what| (what, self.0.get(what).copied().unwrap_or_default()))
    }
}

/// Looks at the world, or changes it.
pub fn look(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub fn new(rng: Rng, log: bool) -> Self {
        let mut jupiterone = JupiterOne::default();
        jupiterone.largest = usize::MAX;
        Self {
            rng,
            provider: Provider::default(),
            jupiterone,
            files: BTreeMap::new(),
            faults: 0,
            ever: Graph::default(),
            wrong: None,
            finalized: BTreeMap::new(),
            met: Met::default(),
            log: log.then(Vec::new),
        }
    }

    /// Changes the provider's data.
    pub fn change(&mut self) {
        let mut rng = self.rng.fork();
        self.provider.change(&mut rng);
        self.ever.0.extend(self.provider.graph().0);
    }

    pub fn log(&mut self, line: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.push(line());
        }
    }

    /// Returns `true` for a fault, and counts it.
    pub fn fault(&mut self, what: &'static str, of: u8) -> bool {
        let met = self.rng.u8(..) < of;
        if met {
            self.met.count(what);
        }
        met
    }

    /// Lets the provider respond.
    pub fn of_provider(&self, request: &Outgoing) -> Incoming {
        match self.provider.list(request.url.path()) {
            Some(list) => incoming(200, &list),
            None => incoming(404, &json!({ "message": "no such path" })),
        }
    }

    /// Lets JupiterOne respond, and looks at what a finalize does.
    pub fn of_jupiterone(&mut self, request: &Outgoing) -> Incoming {
        let path = request.url.path();
        let finalized = self.jupiterone.finalized;
        let before = path.ends_with("/finalize").then(|| self.jupiterone.held.clone());
        let (status, body) = self.jupiterone.answer(request);
        if let Some(before) = before.filter(|_| self.jupiterone.finalized > finalized) {
            let job = path.rsplit('/').nth(1).unwrap_or_default();
            self.look_at_finalize(job, &before);
        }
        if status == 200 && path.ends_with("/abort") {
            self.met.count("aborts");
        }
        incoming(status, &body)
    }

    fn look_at_finalize(&mut self, job: &str, before: &Graph) {
        self.met.count("finalizes");
        let (has, held) = (self.provider.graph(), &self.jupiterone.held);
        let deleted = before.keys().find(|key| has.has(key) && !held.has(key));
        let made_up = held.keys().find(|key| !self.ever.has(key));
        let wrong = deleted
            .map(|key| format!("{job} deleted {key}, and the provider has it still"))
            .or_else(|| made_up.map(|key| format!("{job} brought {key}, which the provider never had")));
        let run = self.files.iter().find_map(|(path, bytes)| {
            let run = path.strip_prefix("runs/")?.strip_suffix("/job.json")?;
            let file: Value = serde_json::from_slice(bytes).ok()?;
            (file["job"] == job).then(|| run.to_owned())
        });
        let twice = run.and_then(|run| {
            let first = self.finalized.insert(run.clone(), job.to_owned())?;
            Some(format!("run {run} was finalized by {first} and by {job}"))
        });
        if let Some(wrong) = wrong.or(twice) {
            self.wrong.get_or_insert(wrong);
        }
    }
}

/// A response.
pub fn incoming(status: u16, body: &Value) -> Incoming {
    Incoming { status, body: body.to_string().into(), ..Incoming::default() }
}
