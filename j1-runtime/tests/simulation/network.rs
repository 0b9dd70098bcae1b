//! Faults of requests on their way: lost, delivered twice, answered late, answered with an error.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use j1_runtime::provider::{Http, Incoming, Outgoing, Unanswered};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::coverage::{self, Fault as Met};
use crate::graph::Graph;
use crate::jupiterone::JupiterOne;
use crate::paging::Style;
use crate::provider::{Meanwhile, Odd, Provider};

/// Everything that outlives a run.
pub struct World {
    pub rng: Rng,
    pub provider: Provider,
    pub jupiterone: JupiterOne,
    pub weather: Weather,
    /// Records that the provider had at some moment of this run.
    pub ever: Graph,
    /// Records that the provider had at every moment of this run.
    pub always: Graph,
    /// The first finalize of this run that deleted what the provider has.
    pub wrong: Option<String>,
    /// For each of two overlapping runs: `true` once it has asked what JupiterOne holds, and the other has finalized since.
    outdated: [Option<bool>; 2],
    /// Faults that hit the same request in this run.
    hits: HashMap<(Side, u64), u32>,
    /// Moments at which a process can die, counted in this run.
    moments: u32,
    /// Changes at the provider while it was read in this run.
    changes: u32,
    /// The begin of the run, in virtual time.
    began: Option<Instant>,
    /// How many times longer the requests of the first of two runs take.
    pub slowness: u64,
    /// A log of requests and responses; kept only if it will be read.
    pub log: Option<Vec<String>>,
}

pub type Shared = Arc<Mutex<World>>;

/// Looks at the world, or changes it.
pub fn look(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The faults of a run.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// The number of faulty requests in 256.
    pub faults: u8,
    /// Only what helps to ask again for, and not for longer than a client asks.
    pub gentle: bool,
    /// The process dies at this moment.
    pub crash: Option<u32>,
    /// The provider takes the token no longer from this moment on.
    pub expires: Option<u32>,
    /// The odd responses of the provider, and their number in 256.
    pub odd: Option<(Vec<Odd>, u8)>,
    /// Changes at the provider while it is read, before this number of responses in 256.
    pub meanwhile: Option<(Meanwhile, u8)>,
    /// All of this ends after this time.
    pub ends_after: Option<Duration>,
}

/// The receiver of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Provider,
    JupiterOne,
}

/// The fate of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It gets lost.
    LostBefore,
    /// It takes effect, and the answer gets lost.
    LostAfter,
    /// It takes effect, and the answer takes longer than anybody waits.
    Slow,
    /// It takes effect, and again a while later.
    Twice,
    /// Not now: 429, with or without a word when.
    Later,
    /// A fault of the server's, before it did anything.
    Broken,
    /// A fault of the server's, after it did what was asked.
    BrokenAfter,
    /// The answer ends in the middle, as if that were all.
    CutOff,
    /// A status that asking again does not change.
    Refused,
    /// Something on the way answers with a page of its own, and JupiterOne sees nothing of the request.
    Swallowed,
}

/// Faults of a start: starting a job twice leaves one open, so a start is repeated only if it certainly was not taken.
const GENTLE_TO_START: [Fault; 2] = [Fault::Later, Fault::Broken];
const GENTLE: [Fault; 8] = [
    Fault::Swallowed,
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Slow,
    Fault::Twice,
    Fault::Later,
    Fault::Broken,
    Fault::BrokenAfter,
];
const HARSH: [Fault; 10] = [
    Fault::Swallowed,
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Slow,
    Fault::Twice,
    Fault::Later,
    Fault::Broken,
    Fault::BrokenAfter,
    Fault::CutOff,
    Fault::Refused,
];
/// A client asks four times, so three faults in a row are what it has to bear.
const BEARABLE: u32 = 3;
/// The most changes while a run reads. Records come with requests here, and a step that reads along makes a request for each
/// record: without a limit, more may come than are read, and the list has no end.
const MOST_CHANGES: u32 = 200;

impl World {
    pub fn new(rng: Rng, provider: Provider, log: bool) -> Self {
        Self {
            rng,
            provider,
            jupiterone: JupiterOne::default(),
            weather: Weather::default(),
            ever: Graph::default(),
            always: Graph::default(),
            wrong: None,
            outdated: [None; 2],
            hits: HashMap::new(),
            moments: 0,
            changes: 0,
            began: None,
            slowness: 1,
            log: log.then(Vec::new),
        }
    }

    /// A new run begins, in this weather.
    pub fn begin(&mut self, weather: Weather) {
        self.weather = weather;
        self.ever = self.provider.graph();
        self.always = self.ever.clone();
        self.wrong = None;
        self.outdated = [None; 2];
        self.hits.clear();
        self.moments = 0;
        self.changes = 0;
        self.began = None;
    }

    /// Ends the faults when their time is over.
    fn clear_up(&mut self) {
        let began = *self.began.get_or_insert_with(Instant::now);
        if self.weather.ends_after.is_some_and(|after| began.elapsed() >= after) {
            self.weather = Weather::default();
            self.jupiterone.oddity = None;
            self.jupiterone.largest = usize::MAX;
        }
    }

    fn fault(&mut self, side: Side, request: &Outgoing) -> Option<Fault> {
        self.clear_up();
        if self.weather.faults == 0 || self.rng.u8(..) >= self.weather.faults {
            return None;
        }
        let fault = if self.weather.gentle {
            let hits = self.hits.entry((side, stable(request))).or_default();
            *hits += 1;
            if *hits > BEARABLE {
                None
            } else if request.url.path().ends_with("/jobs") {
                self.rng.choice(GENTLE_TO_START)
            } else {
                self.rng.choice(GENTLE)
            }
        } else {
            self.rng.choice(HARSH)
        };
        let style = self.provider.style(request.url.path());
        let fault = fault.map(|fault| of_side(side, fault, style));
        match (side, fault?) {
            (Side::JupiterOne, Fault::Swallowed) => coverage::met(Met::Middlebox),
            (Side::JupiterOne, _) => {}
            (Side::Provider, Fault::Later | Fault::Broken | Fault::Refused) => {
                coverage::met_on(style, Met::Refused);
            }
            (Side::Provider, _) => coverage::met_on(style, Met::Lost),
        }
        fault
    }

    /// Responds to a request of one of two runs.
    fn answer(&mut self, side: Side, run: usize, request: &Outgoing) -> Incoming {
        if side == Side::JupiterOne {
            return self.of_jupiterone(run, request);
        }
        if self.weather.expires.is_some_and(|moment| self.moments >= moment) {
            coverage::met_on(self.provider.style(request.url.path()), Met::Expired);
            return incoming(401, json!({ "message": "the token has expired" }).to_string());
        }
        self.meanwhile(request);
        let odd = match &self.weather.odd {
            Some((odd, of)) if self.rng.u8(..) < *of => self.rng.choice(odd).copied(),
            _ => None,
        };
        self.provider.answer(request, odd, &mut self.rng)
    }

    /// Lets JupiterOne respond, and sees to it that no finalize deletes what the provider has.
    fn of_jupiterone(&mut self, run: usize, request: &Outgoing) -> Incoming {
        let path = request.url.path();
        if path == "/graphql" {
            self.outdated[run].get_or_insert(false);
        }
        let finalized = self.jupiterone.finalized;
        let before = path.ends_with("/finalize").then(|| self.jupiterone.held.clone());
        let (status, body) = self.jupiterone.answer(request);
        if let Some(before) = before.filter(|_| self.jupiterone.finalized > finalized) {
            let has = self.provider.graph();
            let deleted = before.keys().find(|key| has.has(key) && !self.jupiterone.held.has(key));
            // Between the last query of a run and its finalize is a moment in which nothing can be seen.
            if let Some(key) = deleted.filter(|_| self.outdated[run] != Some(true)) {
                self.wrong.get_or_insert(format!("{key} was deleted, and the provider has it still"));
            }
            if let Some(outdated) = &mut self.outdated[1 - run] {
                *outdated = true;
            }
        }
        incoming(status, body.to_string())
    }

    /// Changes the provider's data before it responds.
    fn meanwhile(&mut self, request: &Outgoing) {
        let Some((what, of)) = self.weather.meanwhile else { return };
        if self.changes == MOST_CHANGES || self.rng.u8(..) >= of {
            return;
        }
        self.changes += 1;
        coverage::met_on(self.provider.style(request.url.path()), what.fault());
        self.happen(what, request.url.path());
    }

    /// Changes the provider's data while the list at this path is read.
    pub fn happen(&mut self, what: Meanwhile, path: &str) {
        self.provider.happen(what, path, &mut self.rng);
        let now = self.provider.graph();
        self.always.0.retain(|key, _| now.has(key));
        self.ever.0.extend(now.0);
        // A record that comes may name one that was read and has gone since: both ends existed, though never together.
        for link in self.provider.links() {
            if link.ends.as_ref().is_some_and(|(from, to)| self.ever.has(from) && self.ever.has(to)) {
                self.ever.insert(link);
            }
        }
    }

    fn pause(&mut self, run: usize) -> Duration {
        let slowness = if run == 0 { self.slowness } else { 1 };
        Duration::from_millis(self.rng.u64(0..200) * slowness)
    }
}

/// A page in the place of a provider's list is an error and no fault that passes, so it is only on the way to JupiterOne.
/// A second delivery moves a list on without a sign where the server keeps the place and nothing is counted, so there the
/// response is lost as well.
const fn of_side(side: Side, fault: Fault, style: Style) -> Fault {
    match (side, fault, style) {
        (Side::Provider, Fault::Swallowed, _) => Fault::Later,
        (Side::Provider, Fault::Twice, Style::StatefulCursor) => Fault::LostAfter,
        _ => fault,
    }
}

/// Returns the part of a request that is equal in a retry.
fn stable(request: &Outgoing) -> u64 {
    let query = request.url.query().unwrap_or_default().replace("ignoreDuplicates=true", "");
    let mut hasher = DefaultHasher::new();
    (request.method.as_str(), request.url.path(), query, &request.body).hash(&mut hasher);
    hasher.finish()
}

fn incoming(status: u16, body: String) -> Incoming {
    Incoming { status, body: body.into(), ..Incoming::default() }
}

/// The network between one of two runs and one side, with its faults. `death` is notified when the process dies.
pub fn network(world: &Shared, side: Side, run: usize, death: &Arc<Notify>) -> Http {
    let (world, death) = (Arc::clone(world), Arc::clone(death));
    Http::service(move |request| {
        let (world, death) = (Arc::clone(&world), Arc::clone(&death));
        async move { exchange(&world, (side, run), &death, request).await }
    })
}

async fn exchange(
    world: &Shared,
    (side, run): (Side, usize),
    death: &Notify,
    request: Outgoing,
) -> Result<Incoming, Unanswered> {
    let fault = look(world).fault(side, &request);
    log(world, || format!("{side:?} {} {} {fault:?}", request.method, request.url));
    on_the_way(world, run, death).await;
    match fault {
        Some(Fault::LostBefore) => return Err(lost()),
        Some(Fault::Later) => {
            return Ok(later(side, look(world).rng.u8(0..4)));
        }
        Some(Fault::Broken) => return Ok(incoming(503, String::new())),
        Some(Fault::Swallowed) => {
            let page = [(200, "<html>blocked</html>"), (202, ""), (204, ""), (200, "{}")];
            let (status, body) = look(world).rng.choice(page).unwrap_or_default();
            return Ok(incoming(status, body.to_owned()));
        }
        Some(Fault::Refused) => {
            let status = look(world).rng.choice([400, 401, 403, 404, 413]).unwrap_or(400);
            return Ok(incoming(status, "{}".to_owned()));
        }
        _ => {}
    }
    let answer = look(world).answer(side, run, &request);
    log(world, || format!("  {} {}", answer.status, String::from_utf8_lossy(&answer.body)));
    on_the_way(world, run, death).await;
    match fault {
        Some(Fault::LostAfter) => Err(lost()),
        Some(Fault::Slow) => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            Ok(answer)
        }
        Some(Fault::Twice) => {
            let pause = look(world).rng.u64(0..5000);
            let world = Arc::clone(world);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                let again = look(&world).answer(side, run, &request);
                log(&world, || format!("delivered again: {} {}", request.url, again.status));
            });
            Ok(answer)
        }
        Some(Fault::BrokenAfter) => Ok(incoming(502, String::new())),
        Some(Fault::CutOff) => {
            let end = look(world).rng.usize(0..=answer.body.len());
            Ok(Incoming { body: answer.body.slice(..end), ..answer })
        }
        _ => Ok(answer),
    }
}

/// Not now: without a word when, in seconds, or as a date.
fn later(side: Side, word: u8) -> Incoming {
    let mut answer = incoming(429, String::new());
    let mut say = |name: &'static str, text: &'static str| {
        answer.headers.insert(name, text.parse().expect("a header"));
    };
    match (word, side) {
        (0 | 1, _) => {}
        (2, _) => say("retry-after", "7"),
        // By the provider's own clock, whatever time it is here.
        (_, Side::Provider) => {
            say("date", "Sun, 22 Nov 2026 10:00:00 GMT");
            say("retry-after", "Sun, 22 Nov 2026 10:00:07 GMT");
        }
        // It has passed, so that a seed does the same at any time of day.
        (_, Side::JupiterOne) => say("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
    }
    answer
}

/// A moment at which the process may die, and a stretch of the way.
async fn on_the_way(world: &Shared, run: usize, death: &Notify) {
    let (pause, dies) = {
        let mut world = look(world);
        // Only the first of two runs dies.
        world.moments += u32::from(run == 0);
        (world.pause(run), run == 0 && world.weather.crash == Some(world.moments))
    };
    if dies {
        coverage::met(Met::Death);
        death.notify_one();
        // The receiver of the notification drops everything, so this request never continues.
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(pause).await;
}

fn log(world: &Shared, line: impl FnOnce() -> String) {
    if let Some(log) = &mut look(world).log {
        log.push(line());
    }
}

fn lost() -> Unanswered {
    Unanswered::Lost("the connection was reset".into())
}
