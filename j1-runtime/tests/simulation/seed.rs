//! Everything that one seed does: a few runs, each in its own weather, and what must hold after each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use j1_runtime::testing::{Harness, StopSignal, UploadLimits};
use j1_runtime::{Status, Summary};
use tokio::sync::Notify;

use crate::coverage;
use crate::graph::Graph;
use crate::integration::{Config, Misdeed, Simulated, Wrong};
use crate::jupiterone::Oddity;
use crate::network::{Shared, Side, Weather, World, look, network};
use crate::provider::Meanwhile;

/// Bodies of any size are taken.
const NO_LIMIT: usize = usize::MAX;

/// The longest that a run may take, in virtual time: whatever goes wrong, it ends.
const LONGEST_RUN: Duration = Duration::from_hours(12);

/// One run: what goes wrong around it and in it.
#[derive(Clone, Debug)]
struct Plan {
    weather: Weather,
    misdeed: Option<Misdeed>,
    arguments: Vec<&'static str>,
    limits: UploadLimits,
    /// The largest upload that JupiterOne takes.
    largest: usize,
    /// The time of the interruption, in virtual milliseconds.
    stop: Option<u64>,
    /// What JupiterOne does differently.
    oddity: Option<Oddity>,
    /// The step that the configuration turns off.
    off: &'static str,
}

/// The result of a run.
enum Ran {
    /// It ended.
    Ended(Box<Summary>),
    /// Its process died.
    Died,
    /// It did not end, however long it had.
    Stuck,
}

/// A violated invariant.
pub struct Failure {
    pub run: usize,
    pub what: String,
    /// The log of the network, if requested.
    pub log: Vec<String>,
}

/// Does what the seed says.
pub fn seed(seed: u64, log: bool) -> Result<(), Failure> {
    // Waits are random as well.
    fastrand::seed(seed);
    let mut rng = Rng::with_seed(seed);
    let world = Arc::new(Mutex::new(World::new(rng.fork(), log)));
    let runs = rng.usize(3..=4);
    for run in 0..runs {
        // The first run fills JupiterOne, the last one shows that all is well again.
        let plan = if run == 0 || run == runs - 1 { calm(&mut rng) } else { any(&mut rng) };
        let before = {
            let mut world = look(&world);
            let mut changes = rng.fork();
            world.provider.change(&mut changes);
            world.jupiterone.largest = plan.largest;
            world.jupiterone.oddity = plan.oddity;
            world.begin(plan.weather.clone());
            if let Some(log) = &mut world.log {
                log.push(format!("run {run}"));
            }
            world.jupiterone.held.clone()
        };
        coverage::note(&plan.faults());
        let ran = once(&world, &plan);
        let world = look(&world);
        if let Err(what) = check(&plan, &ran, &before, &world) {
            let what = format!("{what}\n{plan:#?}\n{}", told(&ran));
            return Err(Failure { run, what, log: world.log.clone().unwrap_or_default() });
        }
    }
    Ok(())
}

fn told(ran: &Ran) -> String {
    match ran {
        Ran::Ended(summary) => format!("{summary:#?}"),
        Ran::Died => "the process died".to_owned(),
        Ran::Stuck => "the run did not end".to_owned(),
    }
}

impl Plan {
    /// Returns the faults of the run, as the coverage counts them.
    fn faults(&self) -> Vec<&'static str> {
        let Weather { faults, gentle, crash, expires, odd, meanwhile } = &self.weather;
        let mut met = Vec::new();
        let mut note = |is_there: bool, fault| {
            if is_there {
                met.push(fault);
            }
        };
        note(*faults > 0 && !gentle, "lossy network");
        note(*faults > 0 && *gentle, "gentle network");
        note(crash.is_some(), "process dies");
        note(expires.is_some(), "token expires");
        note(*odd > 0, "odd response");
        note(self.arguments.contains(&"--step"), "--step");
        note(self.largest != NO_LIMIT, "small uploads");
        note(self.stop.is_some(), "signal");
        note(!self.off.is_empty(), "step disabled");
        note(self.oddity.is_some_and(|oddity| !oddity.is_of_queries()), "job oddity");
        note(self.oddity.is_some_and(Oddity::is_of_queries), "query oddity");
        met.extend(meanwhile.map(|(what, _)| match what {
            Meanwhile::Come => "records come",
            Meanwhile::Go => "records go",
            Meanwhile::Churn => "records come and go",
        }));
        met.extend(self.misdeed.as_ref().map(|misdeed| match misdeed.wrong {
            Wrong::Panic => "step panics",
            Wrong::Fail => "step fails",
            Wrong::Stop => "step stops early",
            Wrong::Lie => "step lies",
            Wrong::CutOff => "step is cut off",
        }));
        met
    }
}

/// Nothing goes wrong.
fn calm(rng: &mut Rng) -> Plan {
    Plan {
        weather: Weather::default(),
        misdeed: None,
        // A few records are all that there are of a type, and they may go at once.
        arguments: if rng.bool() { vec!["--yes", "--wait"] } else { vec!["--yes"] },
        limits: limits(rng),
        largest: NO_LIMIT,
        stop: None,
        oddity: None,
        off: "",
    }
}

fn any(rng: &mut Rng) -> Plan {
    let mut plan = calm(rng);
    match rng.u8(0..12) {
        // Faults that a client has to bear.
        0 | 1 => {
            plan.weather = Weather { faults: rng.u8(20..120), gentle: true, ..Weather::default() };
        }
        // Nothing but one mistake of the author's.
        2 => plan.misdeed = misdeed(rng),
        // Nothing but a provider that answers oddly.
        3 => plan.weather.odd = rng.u8(20..120),
        // Not all of the steps.
        4 => plan.arguments.extend(["--step", rng.choice(STEPS).unwrap_or(STEPS[0])]),
        // Small uploads only.
        5 => plan.largest = rng.usize(150..2000),
        // Nothing but a provider that changes while it is read.
        6 => plan.weather.meanwhile = meanwhile(rng),
        // Nothing but a JupiterOne that does something differently.
        7 => plan.oddity = rng.choice(Oddity::ALL),
        // Nothing but a step that is turned off.
        8 => plan.off = rng.choice(["teams", "users"]).unwrap_or_default(),
        // Anything.
        _ => storm(rng, &mut plan),
    }
    plan
}

const STEPS: [&str; 4] = ["fetch-teams", "fetch-users", "fetch-badges", "fetch-partners"];

fn storm(rng: &mut Rng, plan: &mut Plan) {
    let one_in = |rng: &mut Rng, of: u8| rng.u8(0..of) == 0;
    plan.weather = Weather {
        faults: rng.u8(0..100),
        gentle: one_in(rng, 3),
        crash: one_in(rng, 3).then(|| rng.u32(1..80)),
        expires: one_in(rng, 5).then(|| rng.u32(1..60)),
        odd: if one_in(rng, 4) { rng.u8(1..60) } else { 0 },
        meanwhile: if one_in(rng, 4) { meanwhile(rng) } else { None },
    };
    if one_in(rng, 4) {
        plan.misdeed = misdeed(rng);
    }
    if one_in(rng, 6) {
        plan.arguments.extend(["--step", rng.choice(STEPS).unwrap_or(STEPS[0])]);
    }
    if one_in(rng, 8) {
        plan.arguments.extend(["--on-partial", "abort"]);
    }
    if one_in(rng, 4) {
        plan.largest = rng.usize(150..2000);
    }
    if one_in(rng, 4) {
        plan.arguments.retain(|argument| *argument != "--yes");
    }
    if one_in(rng, 5) {
        plan.oddity = rng.choice(Oddity::ALL);
    }
    if one_in(rng, 5) {
        plan.off = rng.choice(["teams", "users"]).unwrap_or_default();
    }
    plan.stop = one_in(rng, 4).then(|| rng.u64(0..6000));
}

fn meanwhile(rng: &mut Rng) -> Option<(Meanwhile, u8)> {
    Some((rng.choice(Meanwhile::ALL)?, rng.u8(10..100)))
}

fn misdeed(rng: &mut Rng) -> Option<Misdeed> {
    Some(Misdeed {
        wrong: rng.choice(Misdeed::ALL)?,
        step: rng.choice(Misdeed::STEPS)?,
        after: rng.u32(1..5),
    })
}

fn limits(rng: &mut Rng) -> UploadLimits {
    UploadLimits {
        objects: rng.usize(1..6),
        bytes: rng.usize(200..4000),
        gzip_from: rng.usize(0..2000),
        in_flight: rng.usize(1..5),
        ..UploadLimits::default()
    }
}

/// Runs once, in a process of its own: whatever is under way when it ends is gone.
fn once(world: &Shared, plan: &Plan) -> Ran {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let death = Arc::new(Notify::new());
    let misdeed = plan.misdeed.as_ref().map_or_else(String::new, Misdeed::text);
    let config = Config { misdeed, off: plan.off.to_owned() };
    let (provider, jupiterone) =
        (network(world, Side::Provider, &death), network(world, Side::JupiterOne, &death));
    let mut harness = Harness::<Simulated>::new(config, provider, jupiterone)
        .at("https://api.jupiterone.invalid")
        .arguments(plan.arguments.iter().copied())
        .uploading(plan.limits);
    if let Some(stop) = plan.stop {
        harness = harness.until(async move {
            tokio::time::sleep(Duration::from_millis(stop)).await;
            StopSignal::Terminate
        });
    }
    runtime.block_on(async {
        tokio::select! {
            biased;
            () = death.notified() => Ran::Died,
            summary = tokio::time::timeout(LONGEST_RUN, harness.run()) => {
                summary.map_or(Ran::Stuck, |summary| Ran::Ended(Box::new(summary)))
            }
        }
    })
}

/// Checks the invariants after every run.
fn check(plan: &Plan, ran: &Ran, before: &Graph, world: &World) -> Result<(), String> {
    let (provider, after) = (world.provider.graph(), &world.jupiterone.held);
    if let Some(key) = before.keys().find(|key| provider.has(key) && !after.has(key)) {
        return Err(format!("{key} was deleted, and the provider has it still"));
    }
    if let Some(key) = after.keys().find(|key| !world.ever.has(key) && !before.has(key)) {
        return Err(format!("{key} was made up"));
    }
    let summary = match ran {
        Ran::Ended(summary) => summary,
        Ran::Died => return Ok(()),
        Ran::Stuck => {
            return Err(format!("the run does not end, not even in {} hours", LONGEST_RUN.as_secs() / 3600));
        }
    };
    // What is told is true.
    if summary.status == Status::Complete
        // What is turned off is kept as it was, and that is what complete means then.
        && plan.off.is_empty()
        && let Some(difference) = after.differs_from(&world.always, &world.ever)
    {
        return Err(format!("the run says that it is complete, and {difference}"));
    }
    let given_up = summary.job.as_ref().is_some_and(|job| job.job.status == "ABORTED");
    if given_up && after != before {
        return Err("the run was given up, and something changed".to_owned());
    }
    // What can be borne is borne.
    let bearable = plan.misdeed.is_none()
        && plan.weather.crash.or(plan.weather.expires).is_none()
        && (plan.weather.gentle || plan.weather.faults == 0)
        && plan.weather.odd == 0
        // Records of an offset list that move up may have been skipped.
        && plan.weather.meanwhile.is_none_or(|(what, _)| what == Meanwhile::Come)
        && plan.stop.is_none()
        && plan.oddity.is_none_or(Oddity::is_bearable)
        && plan.largest == NO_LIMIT
        && !plan.arguments.contains(&"--step")
        // Without it the guard may stop a run for what it would delete.
        && plan.arguments.contains(&"--yes");
    if bearable && summary.status != Status::Complete {
        return Err("nothing happened that a run cannot bear, and it is not complete".to_owned());
    }
    Ok(())
}
