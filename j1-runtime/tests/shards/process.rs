//! A process of a sharded run: it dies or freezes at one of its awaits, and does nothing in between that others can see.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use j1_runtime::provider::{Http, Incoming, Outgoing, Unanswered};
use tokio::sync::{Notify, watch};

use crate::world::{Shared, incoming, look};

/// A point in the life of a process.
#[derive(Clone, Copy, Debug)]
pub enum Point {
    /// The await with this number.
    Await(u32),
    /// The first request or write whose path has this text, before it has an effect.
    Before(&'static str),
}

/// The fate of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fate {
    pub dies: Option<Point>,
    /// It freezes, and goes on when so many phases have begun.
    pub freezes: Option<(Point, u32)>,
}

/// The limits that a `close` was given.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The least part of the work, in percent.
    pub coverage: u8,
    /// It may delete any number of entities.
    pub yes: bool,
}

/// A process.
pub struct Process {
    pub world: Shared,
    name: String,
    fate: Fate,
    /// Those of a `close`.
    limits: Option<Limits>,
    awaits: AtomicU32,
    /// The number of phases that have begun.
    phases: watch::Receiver<u32>,
    /// It is dead, or frozen: whoever started it gives it up.
    pub gone: Notify,
    dead: AtomicBool,
    frozen: AtomicBool,
    /// The file that it wrote last.
    pub last_write: Mutex<Option<String>>,
}

impl Process {
    pub fn new(
        world: &Shared,
        name: String,
        (fate, limits): (Fate, Option<Limits>),
        phases: watch::Receiver<u32>,
    ) -> Arc<Self> {
        Arc::new(Self {
            world: Arc::clone(world),
            name,
            fate,
            limits,
            awaits: AtomicU32::new(0),
            phases,
            gone: Notify::new(),
            dead: AtomicBool::new(false),
            frozen: AtomicBool::new(false),
            last_write: Mutex::default(),
        })
    }

    /// An await at which it can die or freeze, before a request or a write if there is a path. Tasks that it has started stop
    /// here, too.
    pub async fn moment(&self, before: &str) {
        let at = self.awaits.fetch_add(1, Ordering::Relaxed) + 1;
        let reached = |point| match point {
            Point::Await(number) => number == at,
            Point::Before(text) => before.contains(text),
        };
        if self.fate.dies.is_some_and(reached) && !self.dead.swap(true, Ordering::Relaxed) {
            self.log(|| format!("dies {before}"));
            look(&self.world).met.count("deaths");
            self.lose_last_write();
            self.gone.notify_one();
        }
        if let Some((point, until)) = self.fate.freezes
            && *self.phases.borrow() < until
            && (self.frozen.load(Ordering::Relaxed) || reached(point))
        {
            if !self.frozen.swap(true, Ordering::Relaxed) {
                self.log(|| format!("freezes until phase {until} {before}"));
                look(&self.world).met.count("freezes");
                self.gone.notify_one();
            }
            let mut phases = self.phases.clone();
            // It ends with the world, if it was not woken before.
            let _ = phases.wait_for(|phase| *phase >= until).await;
            self.log(|| "goes on".to_owned());
        }
        if self.is_dead() {
            std::future::pending::<()>().await;
        }
        let pause = look(&self.world).rng.u64(0..200);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// Returns `true` if it will never go on.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// A machine that dies may take the last write with it.
    fn lose_last_write(&self) {
        let mut world = look(&self.world);
        let last = self.last_write.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(path) = last
            && world.faults > 0
            && world.fault("lostLastWrites", 64)
        {
            world.lose(path);
        }
    }

    pub fn log(&self, line: impl FnOnce() -> String) {
        look(&self.world).log(|| format!("{}: {}", self.name, line()));
    }

    /// The network between it and the provider, or JupiterOne.
    pub fn network(self: &Arc<Self>, to_jupiterone: bool) -> Http {
        let process = Arc::clone(self);
        Http::service(move |request| {
            let process = Arc::clone(&process);
            async move { process.exchange(to_jupiterone, request).await }
        })
    }

    async fn exchange(&self, to_jupiterone: bool, request: Outgoing) -> Result<Incoming, Unanswered> {
        self.moment(request.url.path()).await;
        let lost = || Unanswered::Lost("the connection was reset".into());
        let fault = {
            let mut world = look(&self.world);
            let faults = world.faults;
            if world.fault("lostRequests", faults) {
                Some(world.rng.u8(0..2))
            } else if world.fault("refusedRequests", faults / 2) {
                Some(2 + world.rng.u8(0..2))
            } else if to_jupiterone && world.fault("late", faults / 2) {
                Some(4)
            } else {
                None
            }
        };
        self.log(|| format!("{} {} {fault:?}", request.method, request.url));
        match fault {
            Some(0) => return Err(lost()),
            Some(2) => return Ok(incoming(503, &serde_json::Value::Null)),
            Some(3) => return Ok(incoming(403, &serde_json::Value::Null)),
            Some(4) => {
                // It arrives when its process has long given it up.
                let (world, limits) = (Arc::clone(&self.world), self.limits);
                let delay = look(&self.world).rng.u64(1..3600);
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(delay)).await;
                    look(&world).of_jupiterone(&request, limits);
                });
                return Err(lost());
            }
            _ => {}
        }
        let response = {
            let mut world = look(&self.world);
            if to_jupiterone {
                world.of_jupiterone(&request, self.limits)
            } else {
                world.of_provider(&request)
            }
        };
        self.log(|| format!("  {} {}", response.status, String::from_utf8_lossy(&response.body)));
        self.moment("").await;
        if fault.is_some() { Err(lost()) } else { Ok(response) }
    }
}
