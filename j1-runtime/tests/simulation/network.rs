//! Faults of requests on their way: lost, delivered twice, answered late, answered with an error.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use j1_runtime::provider::{Http, Incoming, Outgoing, Unanswered};
use serde_json::json;
use tokio::sync::Notify;

use crate::graph::Graph;
use crate::jupiterone::JupiterOne;
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
    /// Faults that hit the same request in this run.
    hits: HashMap<(Side, String), u32>,
    /// Moments at which a process can die, counted in this run.
    moments: u32,
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
    /// The number of odd responses of the provider in 256.
    pub odd: u8,
    /// Changes at the provider while it is read, before this number of responses in 256.
    pub meanwhile: Option<(Meanwhile, u8)>,
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

impl World {
    pub fn new(rng: Rng, log: bool) -> Self {
        Self {
            rng,
            provider: Provider::default(),
            jupiterone: JupiterOne::default(),
            weather: Weather::default(),
            ever: Graph::default(),
            always: Graph::default(),
            hits: HashMap::new(),
            moments: 0,
            log: log.then(Vec::new),
        }
    }

    /// A new run begins, in this weather.
    pub fn begin(&mut self, weather: Weather) {
        self.weather = weather;
        self.ever = self.provider.graph();
        self.always = self.ever.clone();
        self.hits.clear();
        self.moments = 0;
    }

    fn fault(&mut self, side: Side, request: &Outgoing) -> Option<Fault> {
        if self.weather.faults == 0 || self.rng.u8(..) >= self.weather.faults {
            return None;
        }
        if !self.weather.gentle {
            return self.rng.choice(HARSH).map(|fault| of_side(side, fault));
        }
        let hits = self.hits.entry((side, request.url.path().to_owned() + &stable(request))).or_default();
        *hits += 1;
        if *hits > BEARABLE {
            None
        } else if request.url.path().ends_with("/jobs") {
            self.rng.choice(GENTLE_TO_START)
        } else {
            self.rng.choice(GENTLE).map(|fault| of_side(side, fault))
        }
    }

    fn answer(&mut self, side: Side, request: &Outgoing) -> Incoming {
        let (status, body) = match side {
            Side::JupiterOne => {
                let (status, body) = self.jupiterone.answer(request);
                (status, body.to_string())
            }
            Side::Provider if self.weather.expires.is_some_and(|moment| self.moments >= moment) => {
                (401, json!({ "message": "the token has expired" }).to_string())
            }
            Side::Provider => {
                self.meanwhile();
                let odd = self.weather.odd > 0 && self.rng.u8(..) < self.weather.odd;
                let odd = odd.then(|| self.rng.choice(Odd::ALL)).flatten();
                self.provider.answer(&request.url, odd, &mut self.rng)
            }
        };
        incoming(status, body)
    }

    /// Changes the provider's data before it responds.
    fn meanwhile(&mut self) {
        let Some((what, of)) = self.weather.meanwhile else { return };
        if self.rng.u8(..) >= of {
            return;
        }
        self.provider.happen(what, &mut self.rng);
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

    fn pause(&mut self) -> Duration {
        Duration::from_millis(self.rng.u64(0..200))
    }
}

/// A page in the place of a provider's list is an error and no fault that passes, so it is only on the way to JupiterOne.
const fn of_side(side: Side, fault: Fault) -> Fault {
    match (side, fault) {
        (Side::Provider, Fault::Swallowed) => Fault::Later,
        _ => fault,
    }
}

/// Returns the part of a request that is equal in a retry.
fn stable(request: &Outgoing) -> String {
    let query = request.url.query().unwrap_or_default().replace("ignoreDuplicates=true", "");
    format!("{}?{query}#{}", request.method, xxh(&request.body))
}

fn xxh(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn incoming(status: u16, body: String) -> Incoming {
    Incoming { status, body: body.into(), ..Incoming::default() }
}

/// The way to one side through the weather. `death` is told when the process dies.
pub fn network(world: &Shared, side: Side, death: &Arc<Notify>) -> Http {
    let (world, death) = (Arc::clone(world), Arc::clone(death));
    Http::service(move |request| {
        let (world, death) = (Arc::clone(&world), Arc::clone(&death));
        async move { exchange(&world, side, &death, request).await }
    })
}

async fn exchange(
    world: &Shared,
    side: Side,
    death: &Notify,
    request: Outgoing,
) -> Result<Incoming, Unanswered> {
    let fault = look(world).fault(side, &request);
    log(world, || format!("{side:?} {} {} {fault:?}", request.method, request.url));
    on_the_way(world, death).await;
    match fault {
        Some(Fault::LostBefore) => return Err(lost()),
        Some(Fault::Later) => {
            return Ok(later(side, look(world).rng.u8(0..4)));
        }
        Some(Fault::Broken) => return Ok(incoming(503, String::new())),
        Some(Fault::Swallowed) => return Ok(incoming(200, "<html>blocked</html>".to_owned())),
        Some(Fault::Refused) => {
            let status = look(world).rng.choice([400, 401, 403, 404, 413]).unwrap_or(400);
            return Ok(incoming(status, "{}".to_owned()));
        }
        _ => {}
    }
    let answer = look(world).answer(side, &request);
    log(world, || format!("  {} {}", answer.status, String::from_utf8_lossy(&answer.body)));
    on_the_way(world, death).await;
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
                let again = look(&world).answer(side, &request);
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
async fn on_the_way(world: &Shared, death: &Notify) {
    let (pause, dies) = {
        let mut world = look(world);
        world.moments += 1;
        (world.pause(), world.weather.crash == Some(world.moments))
    };
    if dies {
        death.notify_one();
        // Whoever is told drops everything; nothing goes on here.
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
