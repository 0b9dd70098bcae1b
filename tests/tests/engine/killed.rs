//! `kill -9` of a run at each request to JupiterOne, before it is passed on and after: JupiterOne holds what it held before, or
//! what the run brought, whole; and the next run succeeds.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::sync::watch;

use crate::support::{Provider, Ran, World};

const RUN: [&str; 4] = ["run", "--wait", "--replay", "all.har"];

/// The moment at which a run dies.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// Every request has one before it is passed on, and one after.
    Number(usize),
    /// JupiterOne has responded to the finalize.
    Finalized,
}

/// Stands between a run and JupiterOne, and kills the run at one moment.
struct Killer {
    /// The address of JupiterOne.
    base: String,
    client: reqwest::Client,
    /// The moments so far.
    moments: AtomicUsize,
    at: Moment,
    /// The id of the process, once there is one.
    process: watch::Sender<Option<u32>>,
    /// `true` once a finalize was passed on.
    finalized: AtomicBool,
}

/// The end of a run that was to be killed.
struct Ended {
    /// The exit code; `None` if the process was killed.
    code: Option<i32>,
    /// The number of moments.
    moments: usize,
    finalized: bool,
}

impl Killer {
    /// Returns `true` if the process is dead or about to be, so that nothing more is passed on.
    async fn moment(&self, is_finalized: bool) -> bool {
        let number = self.moments.fetch_add(1, Ordering::SeqCst);
        let (is_due, is_over) = match self.at {
            Moment::Number(at) => (number == at, number >= at),
            Moment::Finalized => (is_finalized, is_finalized),
        };
        if is_due {
            let mut process = self.process.subscribe();
            let process = process.wait_for(Option::is_some).await.expect("it is started").expect("an id");
            let killed = Command::new("kill").args(["-KILL", &process.to_string()]).status();
            assert!(killed.expect("there is a `kill`").success());
        }
        is_over
    }

    async fn pass_on(&self, method: Method, uri: Uri, mut headers: HeaderMap, body: Bytes) -> Response {
        if self.moment(false).await {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        let finalizes = uri.path().ends_with("/finalize");
        if finalizes {
            self.finalized.store(true, Ordering::SeqCst);
        }
        headers.remove("host");
        let request = self.client.request(method, format!("{}{uri}", self.base)).headers(headers).body(body);
        let answer = request.send().await.expect("an answer");
        let (status, body) = (answer.status(), answer.bytes().await.expect("a body"));
        if self.moment(finalizes).await {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        (status, [("content-type", "application/json")], body).into_response()
    }
}

fn client() -> reqwest::Client {
    // It fails only where another test was first, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// Runs the integration until it ends, or until it is killed at this moment.
fn run_until(world: &World, provider: &Provider, at: Moment) -> Ended {
    let killer = Arc::new(Killer {
        base: world.url(),
        client: client(),
        moments: AtomicUsize::new(0),
        at,
        process: watch::Sender::new(None),
        finalized: AtomicBool::new(false),
    });
    let passing = Arc::clone(&killer);
    let app = Router::new().fallback(move |method, uri, headers, body| {
        let killer = Arc::clone(&passing);
        async move { killer.pass_on(method, uri, headers, body).await }
    });
    let (url, task) = world.runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        (url, tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") }))
    });
    let mut command = world.command(&url, &RUN, provider);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    killer.process.send_replace(Some(child.id()));
    let output = child.wait_with_output().expect("it ends");
    task.abort();
    world.check_conserved(|key| provider.has(key));
    let code = output.status.code();
    if code.is_some() {
        Ran::new(&output).ended(0);
    }
    let moments = killer.moments.load(Ordering::SeqCst);
    Ended { code, moments, finalized: killer.finalized.load(Ordering::SeqCst) }
}

/// Counts the objects of each type.
fn held(world: &World) -> Value {
    world.runtime.block_on(async {
        let answer = client().get(format!("{}/local/types", world.url())).send().await.expect("an answer");
        let mut types: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        // It tells when a job was last opened as well.
        types["instances"].take();
        types
    })
}

#[test]
fn a_run_that_is_killed_at_any_request_leaves_the_last_good_state() {
    let world = World::new();
    // The provider has a team more and a user fewer, and the other way round, in turns.
    let providers = [
        Provider::new(
            &[("engine", "Engine"), ("compiler", "Compiler")],
            &[("ada", "Ada"), ("grace", "Grace"), ("mary", "Mary")],
        ),
        Provider::new(
            &[("engine", "Engine"), ("compiler", "Compiler"), ("runtime", "Runtime")],
            &[("ada", "Ada"), ("grace", "Grace")],
        ),
    ];
    let [first, second] = providers.each_ref().map(|provider| {
        world.run(&[], provider).ended(0);
        held(&world)
    });
    assert_ne!(first, second);
    let (mut states, mut turn) = ([second, first], 0);
    let whole = run_until(&world, &providers[turn], Moment::Number(usize::MAX));
    assert_eq!((whole.code, held(&world)), (Some(0), states[1].clone()));
    states.swap(0, 1);
    assert!(whole.moments > 12, "{}", whole.moments);

    let mut kept = 0;
    // How many moments a run has is not always the same, so the one that matters most has a name.
    for at in (0..whole.moments).map(Moment::Number).chain([Moment::Finalized]) {
        turn = 1 - turn;
        let [before, after] = &states;
        let ended = run_until(&world, &providers[turn], at);
        let left = held(&world);
        match at {
            // Events go together as it happens, so that a run may end before the moment comes.
            Moment::Number(at) if ended.code.is_some() => assert_eq!(left, *after, "moment {at}"),
            Moment::Number(_) if left == *before => kept += 1,
            Moment::Number(at) => assert!(ended.finalized && left == *after, "moment {at}: {left:#}"),
            Moment::Finalized => {
                assert_eq!(ended.code, None);
                // JupiterOne has only said that it will: it finalizes without the run.
                let mut asked = (0..10_000).map(|_| held(&world));
                assert!(asked.any(|left| left == *after), "it is not finalized");
            }
        }
        let next = world.run(&[], &providers[turn]).ended(0);
        assert_eq!(next.summary["status"], "complete");
        assert_eq!(held(&world), *after, "{at:?}");
        states.swap(0, 1);
    }
    assert!(kept > 8, "{kept} kept");
}
