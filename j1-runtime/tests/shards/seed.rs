//! Everything that one seed does: a few sharded runs, the last of which has no faults.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use j1_runtime::testing::{Shards, UploadLimits};
use j1_runtime::{Status, Summary};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::integration::{Config, Sharded};
use crate::process::{Fate, Limits, Point, Process};
use crate::store::Files;
use crate::world::{Met, Shared, World, look};

/// The longest that a phase may take, in virtual time.
const LONGEST: Duration = Duration::from_hours(24);
/// The number of times that a phase which failed is started.
const ATTEMPTS: usize = 3;
/// A phase after all others: what is frozen goes on.
const LAST: u32 = 1_000_000;

/// A phase of a run.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Plan { shards: usize, weigh: bool },
    Open,
    Work { index: usize, of: usize },
    Close(Limits),
}

impl Phase {
    /// The requests and writes at which a death or a pause matters most.
    const fn points(self) -> &'static [&'static str] {
        match self {
            Self::Plan { .. } => &["accounts", "parts/root", "plan.json", "closed.json"],
            Self::Open => &["/jobs", "/entities", "/abort", "job.json"],
            Self::Work { .. } => &["/users", "parts/", "/entities", "/relationships", "receipts/"],
            Self::Close(_) => {
                &["/finalize", "/graphql", "closing.json", "closed.json", "closed.json", "/abort"]
            }
        }
    }
}

/// A run as it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing goes wrong, and what comes out of it is checked.
    Whole,
    /// Anything may go wrong.
    Troubled,
    /// Its `close` freezes before it finalizes, and the run is given up.
    Stopped,
    /// Nothing goes wrong but what frozen processes do.
    Quiet,
}

/// Does what the seed says.
pub fn seed(seed: u64, log: bool) -> Result<Met, String> {
    fastrand::seed(seed);
    let mut rng = Rng::with_seed(seed);
    let world: Shared = Arc::new(Mutex::new(World::new(rng.fork(), log)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let ended = runtime.block_on(Runs::new(&world, rng).all());
    // What is frozen still ends here.
    drop(runtime);
    let mut world = look(&world);
    match world.wrong.take().map_or(ended, Err) {
        Ok(()) => Ok(world.met.clone()),
        Err(wrong) => {
            let log = world.log.take().unwrap_or_default().join("\n");
            Err(format!("{log}\n{wrong}"))
        }
    }
}

struct Runs {
    world: Shared,
    rng: Rng,
    phases: watch::Sender<u32>,
    /// Processes that are frozen.
    frozen: Vec<JoinHandle<Summary>>,
    number: usize,
    /// The number of times that a phase of this run which failed is started.
    attempts: usize,
    /// The run has a plan of its own; without one, `close` speaks of the run before.
    is_planned: bool,
}

impl Runs {
    fn new(world: &Shared, rng: Rng) -> Self {
        let (world, phases) = (Arc::clone(world), watch::Sender::new(0));
        Self { world, rng, phases, frozen: Vec::new(), number: 0, attempts: ATTEMPTS, is_planned: false }
    }

    async fn all(mut self) -> Result<(), String> {
        let troubled = self.rng.usize(1..=3);
        self.run(Kind::Whole).await?;
        for _ in 0..troubled {
            if self.rng.u8(0..4) == 0 {
                self.run(Kind::Stopped).await?;
                self.run(Kind::Quiet).await?;
            } else {
                self.run(Kind::Troubled).await?;
            }
        }
        // All that is frozen goes on, and finds a world that did not wait.
        self.phases.send_replace(LAST);
        for zombie in std::mem::take(&mut self.frozen) {
            let _ = tokio::time::timeout(LONGEST, zombie)
                .await
                .map_err(|_| "a process that froze does not end")?;
        }
        self.check()?;
        self.run(Kind::Whole).await
    }

    /// One run: its phases in order, each again if it fails, some of them twice at once or after the end.
    async fn run(&mut self, kind: Kind) -> Result<(), String> {
        self.number += 1;
        let number = self.number;
        let troubled = kind == Kind::Troubled;
        let given_up = kind == Kind::Stopped || (troubled && self.rng.u8(0..3) == 0);
        self.attempts = if given_up { 1 } else { ATTEMPTS };
        {
            let mut world = look(&self.world);
            world.change();
            world.faults = if troubled { [0, 4, 12][number % 3] } else { 0 };
            world.log(|| format!("run {number}, {kind:?}, given up: {given_up}"));
            if given_up {
                world.met.count("givenUp");
            }
        }
        let shards = self.rng.usize(1..=4);
        let coverage = if troubled { [0, 50, 90, 100][self.rng.usize(0..4)] } else { 90 };
        let fates = if troubled { Kind::Troubled } else { Kind::Whole };
        let plan = Phase::Plan { shards, weigh: self.rng.bool() };
        let planned = self.phase(&[plan], fates).await?;
        self.is_planned = planned.iter().any(|summary| summary.status == Status::Planned);
        let opened = self.phase(&[Phase::Open], fates).await?;
        let workers: Vec<Phase> = (0..shards).map(|index| Phase::Work { index, of: shards }).collect();
        let worked = self.phase(&workers, fates).await?;
        let reopened = troubled && self.rng.u8(0..4) == 0 && look(&self.world).lose_job();
        if reopened {
            look(&self.world).met.count("reopened");
            self.phase(&[Phase::Open], fates).await?;
        }
        let close = Phase::Close(Limits { coverage, yes: !troubled || reopened || self.rng.bool() });
        let closed = self.phase(&[close], kind).await?;
        if troubled {
            self.afterwards(&[Phase::Open, workers[0], close]).await?;
        }
        self.check()?;
        if kind != Kind::Whole {
            return Ok(());
        }
        let ends = [
            (&planned, Status::Planned),
            (&opened, Status::Complete),
            (&worked, Status::Complete),
            (&closed, Status::Complete),
        ];
        for (summaries, status) in ends {
            if let Some(other) = summaries.iter().find(|summary| summary.status != status) {
                return Err(format!("nothing went wrong, and a phase is not {status:?}: {other:#?}"));
            }
        }
        look(&self.world).met.count("completeRuns");
        self.complete()
    }

    /// What may come after a run: a phase that a scheduler starts again, and a person who does.
    async fn afterwards(&mut self, phases: &[Phase]) -> Result<(), String> {
        if self.rng.u8(0..4) == 0 {
            let again = phases[self.rng.usize(0..phases.len())];
            look(&self.world).met.count("startedAgain");
            self.phase(&[again], Kind::Troubled).await?;
        }
        let Some(run) = look(&self.world).finalized_run() else { return Ok(()) };
        look(&self.world).met.count("closedAgain");
        look(&self.world).faults = 0;
        let closed = self.phase(&phases[phases.len() - 1..], Kind::Whole).await?;
        let is_ended =
            |summary: &Summary| summary.job.as_ref().is_some_and(|job| job.job.status != "AWAITING_UPLOADS");
        // A `plan` that was frozen may have begun the next run meanwhile.
        let is_last = look(&self.world).finalized_run().as_deref() == Some(&*run);
        match closed.iter().find(|summary| summary.error.is_some() || !is_ended(summary)) {
            Some(other) if is_last => {
                Err(format!("run {run} was finalized, and `close` does not say so: {other:#?}"))
            }
            _ => Ok(()),
        }
    }

    /// JupiterOne has what the provider has, and nothing else.
    fn complete(&self) -> Result<(), String> {
        let world = look(&self.world);
        let has = world.provider.graph();
        match world.jupiterone.held.differs_from(&has, &has, true) {
            Some(difference) => Err(format!("the run is complete, and {difference}")),
            None => Ok(()),
        }
    }

    fn check(&self) -> Result<(), String> {
        let world = look(&self.world);
        world.wrong.clone().or_else(|| world.untrue_end()).map_or(Ok(()), Err)
    }

    /// Runs processes side by side until each has succeeded, or its attempts are over. Returns the summaries of those that ended.
    async fn phase(&mut self, of: &[Phase], kind: Kind) -> Result<Vec<Summary>, String> {
        let troubled = kind == Kind::Troubled;
        self.phases.send_modify(|phases| *phases += 1);
        let mut ended = Vec::new();
        let mut ahead: Vec<Phase> = of.to_vec();
        for attempt in 0..self.attempts {
            let mut started = Vec::new();
            for phase in &ahead {
                // A scheduler that does not know that one is alive starts another.
                let twice = troubled && self.rng.u8(0..4) == 0;
                for copy in 0..=usize::from(twice) {
                    if copy > 0 {
                        look(&self.world).met.count("duplicates");
                    }
                    let fate = match kind {
                        Kind::Troubled => self.fate(*phase),
                        Kind::Stopped => self.freezes(Point::Before("/finalize"), 5..=8),
                        Kind::Whole | Kind::Quiet => Fate::default(),
                    };
                    started.push((*phase, self.start(*phase, fate, &format!("{phase:?} {attempt}.{copy}"))));
                }
            }
            let mut failed = Vec::new();
            for (phase, (process, mut handle)) in started {
                let summary = tokio::select! {
                    biased;
                    summary = &mut handle => Some(summary.map_err(|error| format!("{phase:?} panicked: {error}"))?),
                    () = process.gone.notified() => None,
                    () = tokio::time::sleep(LONGEST) => return Err(format!("{phase:?} does not end")),
                };
                match summary {
                    Some(summary) => {
                        if summary.error.is_some() {
                            failed.push(phase);
                        }
                        self.told(phase, &summary)?;
                        ended.push(summary);
                    }
                    None => {
                        failed.push(phase);
                        if process.is_dead() {
                            handle.abort();
                        } else {
                            self.frozen.push(handle);
                        }
                    }
                }
            }
            if failed.is_empty() {
                break;
            }
            ahead = failed;
        }
        Ok(ended)
    }

    /// Checks that the summary of a `close` is true.
    fn told(&self, phase: Phase, summary: &Summary) -> Result<(), String> {
        let job = summary.job.as_ref().map(|job| job.job.status.as_str());
        look(&self.world)
            .log(|| format!("{phase:?} ended: {:?} {job:?} {:?}", summary.status, summary.error));
        // A run that was discarded meanwhile may be complete and outdated: its `close` was frozen.
        let is_of_now = self.is_planned && self.frozen.is_empty();
        match phase {
            Phase::Close(_) if summary.status == Status::Complete && is_of_now => self.complete(),
            _ => Ok(()),
        }
    }

    fn fate(&mut self, of: Phase) -> Fate {
        let points = of.points();
        let point = match self.rng.bool() {
            true => Point::Before(points[self.rng.usize(0..points.len())]),
            false => Point::Await(self.rng.u32(1..80)),
        };
        match self.rng.u8(0..8) {
            0 | 1 => Fate { dies: Some(point), freezes: None },
            2 => self.freezes(point, 1..=8),
            _ => Fate::default(),
        }
    }

    /// A pause of so many phases.
    fn freezes(&mut self, at: Point, phases: RangeInclusive<u32>) -> Fate {
        let until = *self.phases.borrow() + self.rng.u32(phases);
        Fate { dies: None, freezes: Some((at, until)) }
    }

    fn start(&mut self, phase: Phase, fate: Fate, name: &str) -> (Arc<Process>, JoinHandle<Summary>) {
        let name = format!("run {}, {name}", self.number);
        let of_close = match phase {
            Phase::Close(limits) => Some(limits),
            _ => None,
        };
        let process = Process::new(&self.world, name, (fate, of_close), self.phases.subscribe());
        let limits = UploadLimits {
            objects: self.rng.usize(1..8),
            in_flight: self.rng.usize(1..4),
            ..UploadLimits::default()
        };
        let (provider, jupiterone) = (process.network(false), process.network(true));
        let shards =
            Shards::<Sharded>::new(|| Config {}, provider, jupiterone, Arc::new(Files(Arc::clone(&process))));
        let shards = shards.uploading(limits);
        let handle = tokio::spawn(async move {
            match phase {
                // A run that was not closed is given up, as the files for schedulers have it.
                Phase::Plan { shards: number, weigh } => shards.plan(number, weigh, true).await,
                Phase::Open => shards.open().await,
                Phase::Work { index, of } => shards.work(index, of).await,
                Phase::Close(Limits { coverage, yes }) => shards.close(coverage, yes).await,
            }
        });
        (process, handle)
    }
}
