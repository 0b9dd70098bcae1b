//! `kill -9` of real processes: a worker while it collects, uploads and writes its receipt, and `close` before and after each of
//! its requests. What is left converges, and is finalized once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::servers::{Hook, Moment, Watched, provider, unwatched, way_to};
use crate::support::{Process, Ran, held, jupiterone};
use crate::world::World;

/// A process that is killed at a request, if it makes so many.
#[derive(Default)]
struct Victim {
    process: u32,
    /// The requests until then, and `true` if it dies before the request has an effect.
    at: Option<(usize, bool)>,
    killed: bool,
}

impl Victim {
    /// Counts a request, and kills the process if it is this one. Returns `false` if the request has no effect.
    fn request(&mut self, moment: Moment) -> bool {
        let before = moment == Moment::Before;
        let Some((left, dies_before)) = &mut self.at else { return true };
        if before != *dies_before {
            return true;
        }
        *left -= 1;
        if *left > 0 {
            return true;
        }
        self.at = None;
        signal("KILL", self.process);
        self.killed = true;
        !before
    }
}

type Shared = Arc<Mutex<Victim>>;

fn look(victim: &Shared) -> std::sync::MutexGuard<'_, Victim> {
    victim.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run over HTTP, with the JupiterOne of a folder.
pub struct Run<'f> {
    folder: &'f Path,
    provider: Watched,
    jupiterone: Watched,
}

impl<'f> Run<'f> {
    pub async fn new(folder: &'f Path, world: World, url: &str, hooks: [Hook; 2]) -> Self {
        let [to_provider, to_jupiterone] = hooks;
        let (provider, jupiterone) = (provider(world, to_provider).await, way_to(url, to_jupiterone).await);
        Self { folder, provider, jupiterone }
    }

    pub fn jupiterone_url(&self) -> &str {
        &self.jupiterone.url
    }

    pub fn provider_base(&self) -> String {
        format!("{}/api", self.provider.url)
    }

    pub fn process(&self, arguments: &[&str]) -> Process {
        let arguments = [arguments, &["--store", "shards"]].concat();
        let process = Process::new(self.folder, &self.jupiterone.url, &arguments);
        process.env("JUMPCLOUD_API_BASE", &self.provider_base())
    }

    pub async fn phase(&self, arguments: &[&str]) -> Ran {
        self.process(&[&["shard"], arguments].concat()).finish().await
    }
}

/// Starts a process, and kills it at a request; returns `true` if it was killed, `false` if it has ended before.
async fn killed(run: &Run<'_>, arguments: &[&str], victim: &Shared, at: (usize, bool)) -> bool {
    let process = run.process(&[&["shard"], arguments].concat());
    let started = {
        // Its first request waits for this.
        let mut victim = look(victim);
        let started = process.start();
        *victim = Victim { process: started.id(), at: Some(at), killed: false };
        started
    };
    tokio::task::spawn_blocking(|| started.wait_with_output()).await.expect("it ends").expect("its output");
    let mut victim = look(victim);
    victim.at = None;
    victim.killed
}

/// The graph of a plain run.
pub async fn expected(world: &World) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let run = Run::new(folder.path(), world.clone(), j1.url(), [unwatched(), unwatched()]).await;
    let plain = Process::new(folder.path(), &run.jupiterone.url, &["run", "--wait"]);
    plain.env("JUMPCLOUD_API_BASE", &run.provider_base()).finish().await.summary(0);
    j1.shutdown().await.expect("it ends");
    held(folder.path())
}

/// A hook that tells a victim of its requests, and counts those that finalize.
fn hook(victim: &Shared, finalizes: &Arc<Mutex<u32>>) -> Hook {
    let (victim, finalizes) = (Arc::clone(victim), Arc::clone(finalizes));
    Arc::new(Mutex::new(move |what: &str, moment| {
        if moment == Moment::After(200) && what.ends_with("/finalize") {
            *finalizes.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        }
        look(&victim).request(moment)
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_at_any_request_converge() {
    // Each worker is killed at another request, to the provider as well as to JupiterOne.
    const POINTS: usize = 12;
    let world = World::new(2 * POINTS);
    let expected = expected(&world).await;
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let (victim, finalizes) = (Shared::default(), Arc::default());
    let hooks = [hook(&victim, &finalizes), hook(&victim, &finalizes)];
    let run = Run::new(folder.path(), world, j1.url(), hooks).await;
    run.phase(&["plan", "--shards", &(2 * POINTS).to_string()]).await.summary(0);
    run.phase(&["open"]).await.summary(0);
    let mut deaths = [0, 0];
    for point in 0..POINTS {
        for (at, before) in [true, false].into_iter().enumerate() {
            let index = (2 * point + at).to_string();
            let arguments = ["work", "--index", &index];
            deaths[at] += usize::from(killed(&run, &arguments, &victim, (2 * point + 1, before)).await);
            run.phase(&arguments).await.summary(0);
        }
    }
    // The later points are beyond the last request of small organizations.
    assert!(deaths.iter().all(|deaths| *deaths >= 6), "{deaths:?}");
    let closed = run.phase(&["close", "--wait"]).await.summary(0);
    assert_eq!(closed["job"]["status"], "FINISHED");
    assert_eq!(*finalizes.lock().expect("a count"), 1);
    j1.shutdown().await.expect("it ends");
    assert_eq!(held(folder.path()), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_that_is_killed_before_and_after_each_request_finalizes_once() {
    let world = World { stranger: Some(0), ..World::new(3) };
    let expected = expected(&world).await;
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let (victim, finalizes) = (Shared::default(), Arc::default());
    let hooks = [unwatched(), hook(&victim, &finalizes)];
    let run = Run::new(folder.path(), world, j1.url(), hooks).await;
    run.phase(&["plan"]).await.summary(0);
    run.phase(&["open"]).await.summary(0);
    for index in ["0", "1", "2"] {
        run.phase(&["work", "--index", index]).await.summary(0);
    }
    let mut deaths = 0;
    'requests: for request in 1.. {
        for before in [true, false] {
            if !killed(&run, &["close", "--wait"], &victim, (request, before)).await {
                break 'requests;
            }
            deaths += 1;
        }
    }
    assert!(deaths >= 16, "{deaths}");
    let closed = run.phase(&["close", "--wait"]).await.summary(0);
    assert_eq!((&closed["status"], &closed["job"]["status"]), (&"complete".into(), &"FINISHED".into()));
    assert_eq!(*finalizes.lock().expect("a count"), 1);
    j1.shutdown().await.expect("it ends");
    assert_eq!(held(folder.path()), expected);
}

/// Sends a signal to a process.
fn signal(name: &str, process: u32) {
    let sent =
        std::process::Command::new("kill").args(["-s", name, &process.to_string()]).status().expect("kill");
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_wakes_after_the_close_changes_nothing() {
    let world = World::new(2);
    let expected = expected(&world).await;
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let sleeper: Arc<Mutex<Option<u32>>> = Arc::default();
    let to_stop = Arc::clone(&sleeper);
    // It stops when its first upload has arrived, before it has the response.
    let hook: Hook = Arc::new(Mutex::new(move |what: &str, moment| {
        let uploaded = what.ends_with("/entities") && matches!(moment, Moment::After(_));
        if uploaded && let Some(process) = to_stop.lock().unwrap_or_else(PoisonError::into_inner).take() {
            signal("STOP", process);
        }
        true
    }));
    let run = Run::new(folder.path(), world, j1.url(), [unwatched(), hook]).await;
    run.phase(&["plan"]).await.summary(0);
    run.phase(&["open"]).await.summary(0);
    run.phase(&["work", "--index", "0"]).await.summary(0);
    let arguments = ["shard", "work", "--index", "1"];
    let zombie = {
        let mut sleeper = sleeper.lock().unwrap_or_else(PoisonError::into_inner);
        let zombie = run.process(&arguments).env("J1_UPLOAD_AT_ONCE", "1").start();
        *sleeper = Some(zombie.id());
        zombie
    };
    while sleeper.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
        tokio::task::yield_now().await;
    }
    // Another worker does its work, and the run ends.
    run.phase(&["work", "--index", "1"]).await.summary(0);
    assert_eq!(run.phase(&["close", "--wait"]).await.summary(0)["job"]["status"], "FINISHED");
    let after = held(folder.path());
    assert_eq!(after, expected);
    signal("CONT", zombie.id());
    let ended = Ran::from(
        tokio::task::spawn_blocking(|| zombie.wait_with_output())
            .await
            .expect("it ends")
            .expect("its output"),
    );
    let summary = ended.summary(6);
    assert_eq!(summary["error"]["code"], "J1-R2108", "{summary:#}");
    j1.shutdown().await.expect("it ends");
    assert_eq!(held(folder.path()), after);
}
