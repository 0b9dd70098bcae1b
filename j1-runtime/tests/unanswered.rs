//! A JupiterOne that does not answer: what waits, for how long, and what is never asked twice.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use j1_core::prelude::*;
use j1_runtime::provider::{Http, Incoming, Outgoing, Unanswered};
use j1_runtime::testing::Harness;
use j1_runtime::{Connect, Status, Summary};
use serde_json::json;
use tokio::time::Instant;

#[derive(J1Config)]
struct Config {
    /// Nothing is configured.
    unused: Option<String>,
}

#[derive(J1Integration)]
#[j1(name = "short", config = Config, steps(fetch_things))]
struct Short;

impl Connect for Short {
    fn connect(config: Config, _: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self)
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(J1Entity)]
#[j1(type = "short_thing", class = Record, key = "short-thing:{id}", name = id, display_name = id)]
struct Thing {
    id: &'static str,
}

#[step(emits(Thing))]
async fn fetch_things(job: &mut Job<fetch_things>) -> Result<Outcome> {
    job.add(Thing { id: "one" }).await?;
    Ok(Outcome::nothing_to_read("the one thing is known"))
}

/// Every request to a JupiterOne that answers so, as `POST …/finalize`; what `answer` does not say is taken.
async fn run<F, A>(answer: F) -> (Summary, Vec<String>)
where
    F: Fn(String, usize) -> A + Send + Sync + 'static,
    A: Future<Output = Option<Result<Incoming, Unanswered>>> + Send + 'static,
{
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let jupiterone = Http::service(move |request: Outgoing| {
        let name = request
            .url
            .path_segments()
            .and_then(|mut parts| parts.next_back())
            .unwrap_or_default()
            .to_owned();
        let before = {
            let mut seen = seen.lock().expect("no test panicked");
            seen.push(name.clone());
            seen.iter().filter(|other| **other == name).count() - 1
        };
        let ended = if name == "finalize" { "FINISHED" } else { "AWAITING_UPLOADS" };
        let taken = json!({ "job": { "id": "job", "status": ended } }).to_string().into();
        let said = answer(name, before);
        async move {
            let taken = Incoming { status: 200, body: taken, ..Incoming::default() };
            said.await.unwrap_or(Ok(taken))
        }
    });
    let nobody = Http::service(|_| std::future::pending());
    let summary = Harness::<Short>::new(Config { unused: None }, nobody, jupiterone).run().await;
    let asked = asked.lock().expect("no test panicked").clone();
    (summary, asked)
}

fn times(asked: &[String], name: &str) -> usize {
    asked.iter().filter(|other| *other == name).count()
}

/// Virtual time passes when everybody waits, and only then: it is the time that the run waits for.
#[tokio::test(start_paused = true)]
async fn a_jupiterone_that_never_takes_events_holds_the_run_up_for_ten_seconds() {
    let began = Instant::now();
    let (summary, asked) =
        run(|name, _| async move { if name == "events" { std::future::pending().await } else { None } })
            .await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0));
    assert_eq!(began.elapsed().as_secs(), 10, "{:?}", began.elapsed());
    assert_eq!((times(&asked, "events"), times(&asked, "finalize")), (1, 1), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_start_whose_answer_is_lost_is_not_sent_again() {
    let lost =
        |name: String, _| async move { (name == "jobs").then(|| Err(Unanswered::Lost("reset".into()))) };
    let (summary, asked) = run(lost).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6));
    assert_eq!(asked, ["jobs"], "one job may be open now, and no second one is");
    let said = summary.error.expect("an error").message;
    assert!(said.contains("a job may be open now") && said.contains("run again"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_too_long_is_not_sent_again() {
    let began = Instant::now();
    let (summary, asked) =
        run(|name, _| async move { if name == "jobs" { std::future::pending().await } else { None } }).await;
    assert_eq!((summary.exit_code, asked.len()), (6, 1), "{asked:?}");
    assert_eq!(began.elapsed(), Duration::from_mins(2));
}

/// An error of the server may come after the job was opened. A job that stays open changes nothing, so the run goes on.
#[tokio::test(start_paused = true)]
async fn a_start_that_the_server_fails_at_is_sent_again() {
    for (status, starts) in [(500, 2), (502, 2), (504, 2), (408, 1), (429, 2), (503, 2)] {
        let refused = move |name: String, before| async move {
            let refuse = name == "jobs" && before == 0;
            refuse.then(|| Ok(Incoming { status, ..Incoming::default() }))
        };
        let (summary, asked) = run(refused).await;
        assert_eq!(times(&asked, "jobs"), starts, "{status}");
        assert_eq!(summary.exit_code, if starts == 1 { 6 } else { 0 }, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_a_failed_start_names_is_aborted() {
    let aborted: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&aborted);
    let failed = move |name: String, before| {
        if name == "abort" {
            seen.lock().expect("no test panicked").push(name.clone());
        }
        async move {
            let body = json!({ "error": { "code": "INTERNAL_ERROR" }, "job": { "id": "left-open" } });
            let body = body.to_string().into();
            (name == "jobs" && before == 0).then(|| Ok(Incoming { status: 500, body, ..Incoming::default() }))
        }
    };
    let (summary, asked) = run(failed).await;
    assert_eq!((summary.exit_code, times(&asked, "jobs")), (0, 2), "{summary:#?}");
    assert_eq!(aborted.lock().expect("no test panicked").len(), 1, "{asked:?}");
}
