//! Everything that one seed does: a few runs, each in its own weather, and what must hold after each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use j1_runtime::testing::{Harness, StopSignal};
use j1_runtime::{Connect, Status, Summary};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::coverage::{self, Fault};
use crate::graph::Graph;
use crate::integration::{self, Config, Keeping, Misdeed, Simulated};
use crate::jupiterone::Oddity;
use crate::network::{Shared, Side, World, look, network};
use crate::paging::Style;
use crate::plan::{Joined, NO_LIMIT, Plan};
use crate::provider::{Meanwhile, Provider};

/// The longest that a run may take, in virtual time: whatever goes wrong, it ends.
const LONGEST_RUN: Duration = Duration::from_hours(12);
/// The longest that a run may go on once nothing hinders it any more, in virtual time.
const LONGEST_CALM: Duration = Duration::from_mins(90);

/// The runs whose faults ended before them, and the longest that one of them went on, in virtual seconds.
pub static CLEARED: AtomicU64 = AtomicU64::new(0);
pub static LONGEST_CLEARED: AtomicU64 = AtomicU64::new(0);

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

/// What holds for all runs of a seed.
#[derive(Clone, Copy, Debug)]
struct Setting {
    styles: [Style; 3],
    /// The first of two objects with one key stays.
    keeps_first: bool,
    /// The list that is long enough to be capped.
    long: Option<&'static str>,
    /// Lists have many pages, of one record or two each, and each run meets one fault, in the middle of them.
    dense: bool,
}

/// The first of the seeds whose lists have many pages. What goes wrong between two pages is rare where most lists have one.
pub const DENSE: u64 = 1_000_000_000;

impl Setting {
    fn any(seed: u64, rng: &mut Rng) -> Self {
        let style = |rng: &mut Rng| Style::ALL[rng.usize(0..Style::ALL.len())];
        let styles = [style(rng), style(rng), style(rng)];
        let dense = seed >= DENSE;
        let long = if rng.u8(0..40) == 0 && !dense { rng.choice(["teams", "partners"]) } else { None };
        Self { styles, keeps_first: rng.u8(0..6) == 0 && !dense, long, dense }
    }

    fn provider(&self, rng: &mut Rng) -> Provider {
        let mut provider = Provider::new(self.styles);
        provider.doubles = self.keeps_first;
        provider.long = self.long;
        if self.long.is_some() {
            provider.size = 250;
            provider.fill(self.cap() + 5);
        }
        if self.dense {
            provider.dense = true;
            provider.size = rng.usize(1..=2);
            (0..rng.u8(2..5)).for_each(|_| provider.come(rng));
        }
        provider
    }

    /// The number of records at which the long list is cut: a usual one, which is all that gives it away.
    fn cap(&self) -> usize {
        let style = if self.long == Some("teams") { self.styles[0] } else { self.styles[2] };
        let whole = style == Style::Whole;
        if whole { 100 } else { 1000 }
    }
}

/// Does what the seed says.
pub fn seed(seed: u64, log: bool) -> Result<(), Failure> {
    // Waits are random as well.
    fastrand::seed(seed);
    integration::forget();
    let mut rng = Rng::with_seed(seed);
    let setting = Setting::any(seed, &mut rng);
    let provider = setting.provider(&mut rng);
    let world = Arc::new(Mutex::new(World::new(rng.fork(), provider, log)));
    let runs = rng.usize(3..=4);
    let long = setting.long.is_some();
    for run in 0..runs {
        // The first run fills JupiterOne, the last one shows that all is well again.
        let mut plan = match setting.dense {
            _ if run == 0 || run == runs - 1 => Plan::calm(&mut rng, long),
            true => Plan::dense(&mut rng),
            false => Plan::any(&mut rng, long),
        };
        let before = begin(&world, &mut plan, &setting, &mut rng, run);
        let ran = once(&world, &plan, &setting);
        note(&world, &plan, &setting);
        coverage::end_run();
        let world = look(&world);
        if let Err(what) = check(&plan, &setting, &ran, &before, &world) {
            let what = format!("{what}\n{setting:#?}\n{plan:#?}\n{}", told(&ran));
            return Err(Failure { run, what, log: world.log.clone().unwrap_or_default() });
        }
    }
    Ok(())
}

/// Prepares the world for a run, and returns what JupiterOne holds before it.
fn begin(world: &Shared, plan: &mut Plan, setting: &Setting, rng: &mut Rng, run: usize) -> Graph {
    let mut world = look(world);
    let mut changes = rng.fork();
    world.provider.change(&mut changes);
    world.provider.begin(plan.capped.then(|| setting.cap()));
    world.jupiterone.largest = plan.largest;
    world.jupiterone.oddity = plan.oddity;
    world.jupiterone.odd_met = false;
    world.begin(plan.weather.clone());
    // The first of two runs often ends last.
    world.slowness = if setting.dense { rng.u64(1..8) } else { 1 };
    if let Some(joined) = plan.joined {
        let instance = if joined == Joined::Other { "another-instance" } else { "an-instance-for-tests" };
        let mut said = json!({ "source": "integration-external", "integrationInstanceId": instance });
        if joined != Joined::ModeUnsaid {
            said["syncMode"] = json!("DIFF");
        }
        let (_, started) = world.jupiterone.start(said);
        let id = started["job"]["id"].as_str().unwrap_or_default().to_owned();
        plan.job = Some(id);
    }
    if let Some(log) = &mut world.log {
        log.push(format!("run {run}"));
    }
    world.jupiterone.held.clone()
}

/// Notes the faults that are met by being there.
fn note(world: &Shared, plan: &Plan, setting: &Setting) {
    let is_there = [
        (!plan.off.is_empty(), Fault::EnabledIf),
        (plan.source_off.is_some(), Fault::SourceOff),
        (plan.arguments.contains(&"--step"), Fault::OneStep),
        (plan.joined.is_some(), Fault::Joined),
        (plan.arguments.contains(&"--on-partial"), Fault::Abort),
        (setting.keeps_first && !plan.faults.is_empty(), Fault::KeepFirst),
        (plan.stop.is_some(), Fault::Signal),
        (plan.overlap.is_some(), Fault::Overlap),
        (plan.largest != NO_LIMIT, Fault::SmallUploads),
    ];
    for (_, fault) in is_there.iter().filter(|(there, _)| *there) {
        coverage::met(*fault);
    }
    if !look(world).jupiterone.odd_met {
        return;
    }
    match plan.oddity {
        None => {}
        Some(Oddity::FewerReceived) => coverage::met(Fault::FewerReceived),
        Some(Oddity::CountsUnsaid) => coverage::met(Fault::CountsUnsaid),
        Some(Oddity::UnknownStatus) => coverage::met(Fault::UnknownStatus),
        Some(Oddity::NeverEnds) => coverage::met(Fault::NeverEnds),
        Some(Oddity::ObjectErrors) => coverage::met(Fault::ObjectErrors),
        Some(Oddity::QueryRefused) => coverage::met(Fault::QueryRefused),
        Some(Oddity::QueryMissing) => coverage::met(Fault::QueryMissing),
        Some(Oddity::QueryEmpty) => coverage::met(Fault::QueryEmpty),
        Some(Oddity::QueryPart) => coverage::met(Fault::QueryPart),
        Some(Oddity::LostUpload) => coverage::met(Fault::LostUpload),
    }
}

fn told(ran: &Ran) -> String {
    match ran {
        Ran::Ended(summary) => format!("{summary:#?}"),
        Ran::Died => "the process died".to_owned(),
        Ran::Stuck => "the run did not end".to_owned(),
    }
}

/// Runs once, in a process of its own: whatever is under way when it ends is gone.
fn once(world: &Shared, plan: &Plan, setting: &Setting) -> Ran {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let began = Instant::now();
        let first = one_of_two(world, plan, setting, 0);
        let Some(overlap) = plan.overlap else {
            let ran = first.await;
            liveness(plan, began, &ran);
            return ran;
        };
        let second = async {
            tokio::time::sleep(Duration::from_millis(overlap)).await;
            look(world).happen(Meanwhile::Churn, "");
            let plan = Plan { misdeed: None, joined: None, job: None, stop: None, ..plan.clone() };
            one_of_two(world, &plan, setting, 1).await
        };
        match tokio::join!(first, second) {
            (_, Ran::Stuck) => Ran::Stuck,
            (first, _) => first,
        }
    })
}

/// Counts a run whose faults ended before it did.
fn liveness(plan: &Plan, began: Instant, ran: &Ran) {
    if let (Some(after), Ran::Ended(_)) = (plan.weather.ends_after, ran)
        && let Some(more) = began.elapsed().checked_sub(after)
    {
        CLEARED.fetch_add(1, Ordering::Relaxed);
        LONGEST_CLEARED.fetch_max(more.as_secs(), Ordering::Relaxed);
    }
}

async fn one_of_two(world: &Shared, plan: &Plan, setting: &Setting, run: usize) -> Ran {
    if setting.keeps_first {
        harnessed::<Keeping>(world, plan, setting, run).await
    } else {
        harnessed::<Simulated>(world, plan, setting, run).await
    }
}

async fn harnessed<I: Connect<Config = Config>>(
    world: &Shared,
    plan: &Plan,
    setting: &Setting,
    run: usize,
) -> Ran {
    let death = Arc::new(Notify::new());
    let misdeed = plan.misdeed.as_ref().map_or_else(String::new, Misdeed::text);
    let style = |style: &Style| (*style as usize).to_string();
    let config = Config {
        misdeed,
        off: plan.off.to_owned(),
        styles: setting.styles.iter().map(style).collect::<Vec<_>>().join(" "),
        size: look(world).provider.size as u64,
        hook: plan.hook,
        repeats: setting.keeps_first,
    };
    let (provider, jupiterone) =
        (network(world, Side::Provider, run, &death), network(world, Side::JupiterOne, run, &death));
    let mut harness = Harness::<I>::new(config, provider, jupiterone)
        .at("https://api.jupiterone.invalid")
        .arguments(plan.arguments.iter().copied())
        .disabled_sources(plan.source_off)
        .uploading(plan.limits);
    if let Some(job) = &plan.job {
        harness = harness.arguments(["--job", job]);
    }
    if let Some(stop) = plan.stop {
        harness = harness.until(async move {
            tokio::time::sleep(Duration::from_millis(stop)).await;
            StopSignal::Terminate
        });
    }
    let longest = plan.weather.ends_after.map_or(LONGEST_RUN, |after| after + LONGEST_CALM);
    tokio::select! {
        biased;
        () = death.notified() => Ran::Died,
        summary = tokio::time::timeout(longest, harness.run()) => {
            summary.map_or(Ran::Stuck, |summary| Ran::Ended(Box::new(summary)))
        }
    }
}

/// Checks the invariants after every run.
fn check(plan: &Plan, setting: &Setting, ran: &Ran, before: &Graph, world: &World) -> Result<(), String> {
    let (has, after) = (world.provider.graph(), &world.jupiterone.held);
    if let Some(wrong) = &world.wrong {
        return Err(wrong.clone());
    }
    if plan.overlap.is_none()
        && let Some(key) = before.keys().find(|key| has.has(key) && !after.has(key))
    {
        return Err(format!("{key} was deleted, and the provider has it still"));
    }
    if let Some(key) = after.keys().find(|key| !world.ever.has(key) && !before.has(key)) {
        return Err(format!("{key} was made up"));
    }
    let summary = match ran {
        Ran::Ended(summary) => summary,
        Ran::Died => return Ok(()),
        Ran::Stuck => return Err("the run does not end".to_owned()),
    };
    // The summary reports what happened. Another run may have brought records that are odd since.
    let has_contents = !setting.keeps_first && (plan.overlap.is_none() || plan.weather.odd.is_none());
    if summary.status == Status::Complete
        // What is turned off is kept as it was, and that is what complete means then.
        && plan.off.is_empty()
        && plan.source_off.is_none()
        && let Some(difference) = after.differs_from(&world.always, &world.ever, has_contents)
    {
        return Err(format!("the run says that it is complete, and {difference}"));
    }
    let given_up = summary.job.as_ref().is_some_and(|job| job.job.status == "ABORTED");
    if given_up && plan.overlap.is_none() && after != before {
        return Err("the run was given up, and something changed".to_owned());
    }
    if plan.joined == Some(Joined::Other) && after != before {
        return Err("the job of another instance was finalized".to_owned());
    }
    // What can be borne is borne. A list that happens to have as many records as providers cut lists at is doubted, and rightly.
    // What is not found by one of several processes may come from another one.
    let doubted = plan.joined.is_some() && misses_something(summary);
    let bearable = plan.is_bearable(&setting.styles) && !world.provider.looks_cut() && !doubted;
    if bearable && summary.status != Status::Complete {
        return Err("nothing happened that a run cannot bear, and it is not complete".to_owned());
    }
    Ok(())
}

/// Returns `true` if an end of a relationship was not found, or an entity that a step looked for.
fn misses_something(summary: &Summary) -> bool {
    let partial = summary.steps.iter().flat_map(|step| &step.partial);
    summary.dropped.iter().any(|dropped| dropped.code == "J1-R2003")
        || partial.into_iter().any(|partial| partial.reason.contains("others upload to the job"))
}
