//! Everything that one seed does: a few sharded runs, the last of which has no faults.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use j1_runtime::testing::{Shards, UploadLimits};
use j1_runtime::{Status, Summary};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::integration::{Config, Sharded};
use crate::process::{Fate, Process};
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
    Close { coverage: u8 },
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
}

impl Runs {
    fn new(world: &Shared, rng: Rng) -> Self {
        Self { world: Arc::clone(world), rng, phases: watch::Sender::new(0), frozen: Vec::new(), number: 0 }
    }

    async fn all(mut self) -> Result<(), String> {
        let troubled = self.rng.usize(1..=3);
        self.run(false).await?;
        for _ in 0..troubled {
            self.run(true).await?;
        }
        // All that is frozen goes on, and finds a world that did not wait.
        self.phases.send_replace(LAST);
        for zombie in std::mem::take(&mut self.frozen) {
            let _ = tokio::time::timeout(LONGEST, zombie)
                .await
                .map_err(|_| "a process that froze does not end")?;
        }
        self.check()?;
        self.run(false).await
    }

    /// One run: its phases in order, each again if it fails, some of them twice at once.
    async fn run(&mut self, troubled: bool) -> Result<(), String> {
        self.number += 1;
        let number = self.number;
        {
            let mut world = look(&self.world);
            world.change();
            world.faults = if troubled { [0, 4, 12][number % 3] } else { 0 };
            world.log(|| format!("run {number}, troubled: {troubled}"));
        }
        let shards = self.rng.usize(1..=4);
        let coverage = if troubled { [0, 50, 90, 100][self.rng.usize(0..4)] } else { 90 };
        let plan = Phase::Plan { shards, weigh: self.rng.bool() };
        let planned = self.phase(&[plan], troubled).await?;
        let opened = self.phase(&[Phase::Open], troubled).await?;
        let workers: Vec<Phase> = (0..shards).map(|index| Phase::Work { index, of: shards }).collect();
        let worked = self.phase(&workers, troubled).await?;
        let closed = self.phase(&[Phase::Close { coverage }], troubled).await?;
        self.check()?;
        if troubled {
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
        look(&self.world).wrong.clone().map_or(Ok(()), Err)
    }

    /// Runs processes side by side until each has succeeded, or its attempts are over. Returns the summaries of those that ended.
    async fn phase(&mut self, of: &[Phase], troubled: bool) -> Result<Vec<Summary>, String> {
        self.phases.send_modify(|phases| *phases += 1);
        let mut ended = Vec::new();
        let mut ahead: Vec<Phase> = of.to_vec();
        for attempt in 0..ATTEMPTS {
            let mut started = Vec::new();
            for phase in &ahead {
                // A scheduler that does not know that one is alive starts another.
                let twice = troubled && self.rng.u8(0..4) == 0;
                for copy in 0..=usize::from(twice) {
                    if copy > 0 {
                        look(&self.world).met.count("duplicates");
                    }
                    let fate = if troubled { self.fate() } else { Fate::default() };
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
        let frozen = !self.frozen.is_empty();
        match phase {
            // A run that was discarded meanwhile may be complete and outdated: its `close` was frozen.
            Phase::Close { .. } if summary.status == Status::Complete && !frozen => self.complete(),
            _ => Ok(()),
        }
    }

    fn fate(&mut self) -> Fate {
        let at = self.rng.u32(1..80);
        match self.rng.u8(0..8) {
            0 | 1 => Fate { dies: Some(at), freezes: None },
            2 => {
                let until = *self.phases.borrow() + self.rng.u32(1..=8);
                Fate { dies: None, freezes: Some((at, until)) }
            }
            _ => Fate::default(),
        }
    }

    fn start(&mut self, phase: Phase, fate: Fate, name: &str) -> (Arc<Process>, JoinHandle<Summary>) {
        let name = format!("run {}, {name}", self.number);
        let process = Process::new(&self.world, name, fate, self.phases.subscribe());
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
                Phase::Close { coverage } => shards.close(coverage, true).await,
            }
        });
        (process, handle)
    }
}
