//! Sent is not received: the job's own counts decide, and only JupiterOne's own response is a success.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use j1_runtime::provider::{Incoming, Outgoing};
use j1_runtime::{Status, Summary};
use serde_json::{Value, json};

use crate::jupiterone::Oddity;
use crate::support::{INSTANCE, World, error, name};

/// Something between the run and JupiterOne answers uploads from the first on, as often as told, without passing them on.
async fn swallowed(times: usize, status: u16, body: &'static str) -> (World, Summary) {
    let world = World::new().filled().await;
    let summary = swallowed_in(&world, &["--yes"], times, status, body).await;
    (world, summary)
}

async fn swallowed_in(
    world: &World,
    arguments: &[&str],
    times: usize,
    status: u16,
    body: &'static str,
) -> Summary {
    let before = world.keys();
    let (left, real) = (Arc::new(AtomicUsize::new(times)), world.clone());
    let between = Arc::new(move |request: &Outgoing, response: Incoming| {
        let take = |left: usize| left.checked_sub(1);
        if name(request) != "entities" || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_err()
        {
            return response;
        }
        // The model has taken it already: take it back.
        real.held().forget_last_upload();
        Incoming { status, body: Bytes::from_static(body.as_bytes()), ..Incoming::default() }
    });
    let summary = world.run_behind(arguments, true, between).await;
    assert_eq!(world.keys(), before, "{summary:#?}");
    summary
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_a_proxy_answers_is_sent_again() {
    for (status, body) in [(200, "<html>blocked</html>"), (202, ""), (204, ""), (200, "{}"), (200, "null")] {
        let (_, summary) = swallowed(1, status, body).await;
        assert_eq!(summary.exit_code, 0, "{status} {body}: {summary:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_only_a_proxy_ever_answers_ends_the_run() {
    let (_, summary) = swallowed(usize::MAX, 200, "<html>blocked</html>").await;
    assert_eq!(summary.exit_code, 6);
    assert!(error(&summary).contains("not JupiterOne's"), "{}", error(&summary));
}

/// The proxy answers as JupiterOne would: only the job's own counts show that something is missing.
#[tokio::test(start_paused = true)]
async fn a_job_that_received_less_than_was_sent_is_aborted() {
    let (_, summary) = swallowed(1, 200, r#"{"job":{"id":"job-1","status":"AWAITING_UPLOADS"}}"#).await;
    assert_eq!(summary.exit_code, 6, "{summary:#?}");
    assert!(error(&summary).contains("received 11 of 15 entities"), "{}", error(&summary));
    assert_eq!(summary.job.expect("a job").job.status, "ABORTED");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_says_that_it_received_less_is_aborted() {
    let world = World::new().filled().await;
    let before = world.keys();
    world.held().oddity = Some(Oddity::FewerReceived);
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before));
}

/// JupiterOne's job says what it has received: one that leaves it out proves nothing.
#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_say_what_it_received_is_not_finalized_without_yes() {
    let world = World::new().filled().await;
    let before = world.keys();
    world.set("users", json!([]));
    world.held().oddity = Some(Oddity::CountsUnsaid);
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before), "{summary:#?}");
    assert!(error(&summary).contains("does not say how many entities"), "{}", error(&summary));
    assert_eq!(world.run(&["--yes"]).await.exit_code, 0);

    let world = World::with_stand_in().filled().await;
    world.held().oddity = Some(Oddity::CountsUnsaid);
    assert_eq!(world.run(&[]).await.exit_code, 0, "a stand-in on this machine may be simple");
}

/// Runs behind a proxy that changes the job which JupiterOne returns when it is asked for.
async fn run_with_job(world: &World, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Summary {
    let between = move |request: &Outgoing, response: Incoming| {
        let asks = request.method.as_str() == "GET" && request.url.path().contains("/jobs/");
        let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
        if asks {
            change(&mut body["job"]);
        }
        Incoming { body: body.to_string().into(), ..response }
    };
    world.run_behind(&[], true, Arc::new(between)).await
}

/// Nothing was sent, so nothing can be missing.
#[tokio::test(start_paused = true)]
async fn a_job_may_omit_counts_of_kinds_that_were_not_sent() {
    let world = World::new();
    world.set("groups", json!([]));
    let silent = |job: &mut Value| {
        job.as_object_mut().expect("a job").remove("numRelationshipsUploaded");
    };
    let summary = run_with_job(&world, silent).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_another_program_has_finalized_is_an_error() {
    let world = World::new().filled().await;
    let summary = run_with_job(&world, |job| job["status"] = json!("FINISHED")).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6), "{summary:#?}");
    assert!(error(&summary).contains("another program has ended it"), "{}", error(&summary));
}

#[tokio::test(start_paused = true)]
async fn the_counts_of_another_job_prove_nothing() {
    let world = World::new().filled().await;
    let summary = run_with_job(&world, |job| job["id"] = json!("the-job-of-yesterday")).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6), "{summary:#?}");
    assert!(error(&summary).contains("was answered for job the-job-of-yesterday"), "{}", error(&summary));
}

/// The response to the start need not name the owner, but the job does.
#[tokio::test(start_paused = true)]
async fn a_job_that_turns_out_to_be_anothers_is_not_finalized() {
    for (member, other) in [("integrationInstanceId", "production-b"), ("syncMode", "PATCH")] {
        let world = World::new().filled().await;
        let before = world.keys();
        world.set("users", json!([]));
        let between = move |request: &Outgoing, response: Incoming| {
            let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
            if body["job"].is_object() && request.method.as_str() == "GET" {
                body["job"]["source"] = json!("integration-external");
                body["job"][member] = json!(other);
            } else if let Some(job) = body["job"].as_object_mut() {
                job.remove("integrationInstanceId");
                job.remove("syncMode");
            }
            Incoming { body: body.to_string().into(), ..response }
        };
        let summary = world.run_behind(&["--yes"], true, Arc::new(between)).await;
        assert_eq!((summary.exit_code, world.keys()), (6, before), "{member}: {summary:#?}");
        assert!(error(&summary).contains(other), "{}", error(&summary));
    }
}

/// What another program has uploaded before says nothing of what this run sent.
#[tokio::test(start_paused = true)]
async fn a_joined_job_must_have_received_what_was_sent_beside_what_it_had() {
    let world = World::new().filled().await;
    let said =
        json!({ "source": "integration-external", "integrationInstanceId": INSTANCE, "syncMode": "DIFF" });
    world.held().start(said);
    let others = (0..10).map(|id| json!({ "_key": format!("other-{id}"), "_type": "acme_other" }));
    assert_eq!(world.held().upload(1, &others.collect(), None).0, 200);
    let answer = r#"{"job":{"id":"job-1","status":"AWAITING_UPLOADS"}}"#;
    let summary = swallowed_in(&world, &["--yes", "--job", "job-1"], 1, 200, answer).await;
    assert_eq!(summary.exit_code, 6, "{summary:#?}");
    assert!(error(&summary).contains("received 11 of 15 entities"), "{}", error(&summary));
}
