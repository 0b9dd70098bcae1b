//! Everything that outlives a process, and the checks at every finalize.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use fastrand::Rng;
use j1_runtime::provider::{Incoming, Outgoing};
use serde_json::{Value, json};

use crate::graph::Graph;
use crate::jupiterone::{JupiterOne, Oddity};
use crate::process::Limits;
use crate::provider::Provider;

/// Everything that outlives a process.
pub struct World {
    pub rng: Rng,
    pub provider: Provider,
    pub jupiterone: JupiterOne,
    pub files: BTreeMap<String, Bytes>,
    /// Files that died with the machine that wrote them.
    lost: BTreeSet<String>,
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
    const ALL: [&str; 17] = [
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
        "refusedFinalizes",
        "givenUp",
        "startedAgain",
        "closedAgain",
        "reopened",
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
    pub fn new(mut rng: Rng, log: bool) -> Self {
        let mut jupiterone = JupiterOne::default();
        jupiterone.largest = usize::MAX;
        // Without the counts of the job, the receipts alone say what it has received.
        jupiterone.oddity = rng.bool().then_some(Oddity::CountsUnsaid);
        Self {
            rng,
            provider: Provider::default(),
            jupiterone,
            files: BTreeMap::new(),
            lost: BTreeSet::new(),
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

    /// Lets JupiterOne respond to a process with these limits, and looks at what a finalize does.
    pub fn of_jupiterone(&mut self, request: &Outgoing, limits: Option<Limits>) -> Incoming {
        let path = request.url.path();
        let finalized = self.jupiterone.finalized;
        let before = path.ends_with("/finalize").then(|| self.jupiterone.held.clone());
        let (status, body) = self.jupiterone.answer(request);
        if let Some(before) = before {
            if self.jupiterone.finalized > finalized {
                let job = path.rsplit('/').nth(1).unwrap_or_default();
                self.look_at_finalize(job, &before, limits);
            } else {
                self.met.count("refusedFinalizes");
            }
        }
        if status == 200 && path.ends_with("/abort") {
            self.met.count("aborts");
        }
        incoming(status, &body)
    }

    fn look_at_finalize(&mut self, job: &str, before: &Graph, limits: Option<Limits>) {
        self.met.count("finalizes");
        let (has, held) = (self.provider.graph(), &self.jupiterone.held);
        let deleted = before.keys().find(|key| has.has(key) && !held.has(key));
        let made_up = held.keys().find(|key| !self.ever.has(key));
        let wrong = deleted
            .map(|key| format!("{job} deleted {key}, and the provider has it still"))
            .or_else(|| made_up.map(|key| format!("{job} brought {key}, which the provider never had")));
        let run = self.documents("job.json").find(|(_, file)| file["job"] == job).map(|(run, _)| run);
        let unlimited = limits.and_then(|limits| self.beyond(limits, before, run.as_deref()));
        let twice = run.and_then(|run| {
            let first = self.finalized.insert(run.clone(), job.to_owned())?;
            Some(format!("run {run} was finalized by {first} and by {job}"))
        });
        if let Some(wrong) = wrong.or(twice).or(unlimited.map(|limit| format!("{job} {limit}"))) {
            self.wrong.get_or_insert(wrong);
        }
    }

    /// Returns the limit that a finalize of this run has passed.
    fn beyond(&self, limits: Limits, before: &Graph, run: Option<&str>) -> Option<String> {
        let coverage = run.map_or(100, |run| self.coverage(run));
        if coverage < u64::from(limits.coverage) {
            return Some(format!("has {coverage}% of the work, and {}% is the least", limits.coverage));
        }
        let mut types: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for row in before.0.values().filter(|row| row.ends.is_none()) {
            let [all, gone] = types.entry(&row.ty).or_default();
            *all += 1;
            *gone += usize::from(!self.jupiterone.held.has(&row.key));
        }
        let passed = types.into_iter().find(|(_, [all, gone])| !limits.yes && gone * 2 > *all);
        passed.map(|(ty, [all, gone])| format!("deleted {gone} of {all} `{ty}` without `--yes`"))
    }

    /// The part of a run's work that has receipts, in percent.
    fn coverage(&self, run: &str) -> u64 {
        let plan = self.documents("plan.json").find(|(of, _)| of == run).map(|(_, plan)| plan);
        let shards = plan.as_ref().and_then(|plan| plan["shards"].as_array()).cloned().unwrap_or_default();
        let (mut all, mut delivered) = (0, 0);
        for shard in &shards {
            let weight = shard["weight"].as_u64().unwrap_or_default().max(1);
            let receipts =
                format!("runs/{run}/receipts/shard-{:04}/", shard["id"].as_u64().unwrap_or_default());
            all += weight;
            if self.files.keys().any(|path| path.starts_with(&receipts)) {
                delivered += weight;
            }
        }
        (delivered * 100).checked_div(all).unwrap_or(100)
    }

    /// The documents of this name of all runs, by run.
    fn documents<'w>(&'w self, name: &str) -> impl Iterator<Item = (String, Value)> + use<'w> {
        let end = format!("/{name}");
        self.files.iter().filter_map(move |(path, bytes)| {
            let run = path.strip_prefix("runs/")?.strip_suffix(&end)?;
            Some((run.to_owned(), serde_json::from_slice(bytes).ok()?))
        })
    }

    /// Loses a file.
    pub fn lose(&mut self, path: String) {
        self.log(|| format!("  {path} is lost"));
        self.files.remove(&path);
        self.lost.insert(path);
    }

    /// The last run of the store, if it is finalized and the store has lost neither its job nor its end.
    pub fn finalized_run(&self) -> Option<String> {
        let (last, _) = self.files.last_key_value()?.0.strip_prefix("runs/")?.split_once('/')?;
        let is_lost = |name| self.lost.contains(&format!("runs/{last}/{name}"));
        // Without an end, a `close` has finalized it that did not live to say so.
        let end = self.documents("closed.json").find(|(run, _)| run == last);
        let noted = end.map_or(!is_lost("closing.json"), |(_, end)| end["how"] == "finalized");
        let has_job = self.files.contains_key(&format!("runs/{last}/job.json"));
        (noted && has_job && self.finalized.contains_key(last)).then(|| last.to_owned())
    }

    /// A run that the store says was aborted, and JupiterOne finalized.
    pub fn untrue_end(&self) -> Option<String> {
        let mut ends = self.documents("closed.json");
        let (run, _) = ends.find(|(run, end)| end["how"] == "aborted" && self.finalized.contains_key(run))?;
        Some(format!("run {run} was finalized, and the store says that it was aborted"))
    }

    /// Loses the job of the last run, if it has one.
    pub fn lose_job(&mut self) -> bool {
        let last = self.files.keys().next_back().and_then(|path| path.split('/').nth(1));
        let job = last.map(|run| format!("runs/{run}/job.json")).filter(|path| self.files.contains_key(path));
        job.is_some_and(|path| {
            self.lose(path);
            true
        })
    }
}

/// A response.
pub fn incoming(status: u16, body: &Value) -> Incoming {
    Incoming { status, body: body.to_string().into(), ..Incoming::default() }
}
