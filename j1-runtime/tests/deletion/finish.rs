//! The finalize: what stands in its way, what became of it if its response is lost, and what is told afterwards.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use j1_runtime::provider::{Incoming, Outgoing};
use j1_runtime::{Status, Summary};
use serde_json::{Value, json};

use crate::jupiterone::Oddity;
use crate::support::{World, error, name, respond};

fn users(count: usize) -> Value {
    (0..count).map(|id| json!({ "id": format!("user-{id}"), "name": format!("user-{id}") })).collect()
}

#[tokio::test(start_paused = true)]
async fn more_than_half_of_a_type_is_not_deleted_without_yes() {
    let world = World::new().filled().await;
    world.set("users", users(6));
    world.set("groups", json!([]));
    let before = world.keys();
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (7, before), "{summary:#?}");
    assert!(error(&summary).contains("`held_group`: 2 of the 2"), "{}", error(&summary));
    assert_eq!(world.run(&["--yes"]).await.exit_code, 0);
    assert!(world.is_in_step());
}

/// The response to a finalize is an error of something in between; the job shows that JupiterOne has taken it.
#[tokio::test(start_paused = true)]
async fn a_finalize_that_was_taken_is_not_aborted_although_its_response_is_an_error() {
    let world = World::new().filled().await;
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    let between = move |request: &Outgoing, response| {
        seen.lock().expect("no test panicked").push(name(request).to_owned());
        if name(request) == "finalize" {
            respond(400, &json!({ "error": { "code": "BLOCKED" } }))
        } else {
            response
        }
    };
    let summary = world.run_behind(&["--wait"], true, Arc::new(between)).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
    assert_eq!(summary.job.expect("a job").job.status, "FINISHED");
    assert!(!requests.lock().expect("no test panicked").iter().any(|name| name == "abort"));
}

/// The job takes uploads after the finalize was refused: nobody else knows that it is not complete.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_still_open_after_its_finalize_is_aborted() {
    let world = World::new().filled().await;
    let (asked, aborted) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let was_aborted = Arc::clone(&aborted);
    let between = move |request: &Outgoing, response: Incoming| {
        match name(request) {
            "finalize" => asked.store(true, Ordering::SeqCst),
            "abort" => was_aborted.store(true, Ordering::SeqCst),
            _ if asked.load(Ordering::SeqCst) && request.url.path().contains("/jobs/") => {
                let mut body: Value = serde_json::from_slice(&response.body).expect("JSON");
                body["job"]["status"] = json!("AWAITING_UPLOADS");
                return respond(200, &body);
            }
            _ => return response,
        }
        respond(400, &json!({ "error": { "code": "REFUSED" } }))
    };
    let summary = world.run_behind(&[], true, Arc::new(between)).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6), "{summary:#?}");
    assert!(error(&summary).contains("REFUSED"), "{}", error(&summary));
    assert!(aborted.load(Ordering::SeqCst), "an open job could be finalized by another program");
}

/// Without `--wait`, the run ends when JupiterOne has taken the finalize and the guard has compared.
#[tokio::test(start_paused = true)]
async fn a_finalized_job_that_the_guard_has_compared_is_not_followed() {
    let world = World::new().filled().await;
    world.held().oddity = Some(Oddity::NeverEnds);
    let began = tokio::time::Instant::now();
    let summary = world.run(&[]).await;
    assert_eq!(summary.exit_code, 0, "{summary:#?}");
    assert!(summary.guard.is_some_and(|guard| guard.checked));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// Runs into a stand-in that holds all that the provider had, and now has these users and groups.
async fn run_unseeing(oddity: Oddity, users: Value, groups: Value) -> Summary {
    let world = World::with_stand_in().filled().await;
    world.set("users", users);
    world.set("groups", groups);
    world.held().oddity = Some(oddity);
    world.run(&[]).await
}

#[tokio::test(start_paused = true)]
async fn deletions_of_relationships_alone_are_named_if_nothing_could_be_compared() {
    let groups = json!([
        { "id": "engineers", "name": "Engineers", "members": ["user-0"] },
        { "id": "designers", "name": "Designers", "members": [] },
    ]);
    let summary = run_unseeing(Oddity::QueryMissing, users(12), groups).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    assert!(error(&summary).contains("has deleted 11 objects"), "{}", error(&summary));
}

/// What JupiterOne has changed it must have held, although the query returned nothing.
#[tokio::test(start_paused = true)]
async fn updates_show_that_a_guard_was_blind() {
    let mut renamed = users(12);
    renamed[3]["name"] = json!("Grace");
    let all: Vec<String> = (0..12).map(|id| format!("user-{id}")).collect();
    let groups = json!([
        { "id": "engineers", "name": "Engineers", "members": all[..6] },
        { "id": "designers", "name": "Designers", "members": all[6..] },
    ]);
    let summary = run_unseeing(Oddity::QueryEmpty, renamed.clone(), groups.clone()).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    assert!(error(&summary).contains("deleted 0 objects and changed 1"), "{}", error(&summary));
    // Relationships are objects as well.
    let world = World::with_stand_in().filled().await;
    world.held().oddity = Some(Oddity::QueryEmpty);
    let between = |_: &Outgoing, response: Incoming| {
        let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
        if body["job"]["status"] == "FINISHED" {
            body["job"]["numRelationshipsUpdated"] = json!(2);
        }
        Incoming { body: body.to_string().into(), ..response }
    };
    let summary = world.run_behind(&[], true, Arc::new(between)).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    // Where there is no query API, an update is what every run does.
    let summary = run_unseeing(Oddity::QueryMissing, renamed, groups).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_left_open_is_not_compared_and_not_finalized() {
    let world = World::new().filled().await;
    world.set("users", json!([]));
    let before = world.keys();
    let summary = world.run(&["--skip-finalize"]).await;
    // The members may be among what others upload to the job.
    assert_eq!((summary.exit_code, world.keys()), (5, before), "{summary:#?}");
    assert_eq!(summary.job.expect("a job").job.status, "AWAITING_UPLOADS");
    assert!(summary.guard.is_none());
}
