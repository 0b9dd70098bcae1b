//! The deletion guard: what it could not see, it has not checked.

use std::sync::Arc;

use bytes::Bytes;
use j1_runtime::provider::{Incoming, Outgoing};
use j1_runtime::{Status, Summary};
use serde_json::{Value, json};

use crate::jupiterone::Oddity;
use crate::support::{World, error, name};

#[tokio::test(start_paused = true)]
async fn where_queries_are_refused_nothing_is_finalized_without_yes() {
    let world = World::new().filled().await;
    world.put("held_printer", "held-printer:1");
    world.held().oddity = Some(Oddity::QueryRefused);
    let before = world.keys();
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before), "{summary:#?}");
    assert!(error(&summary).contains("--yes"), "{}", error(&summary));
    assert!(summary.guard.is_some_and(|guard| !guard.checked));
    assert_eq!(world.run(&["--yes"]).await.exit_code, 0);
}

/// Something answers queries in JupiterOne's place, and this is its response.
async fn run_with_queries_answered(
    world: &World,
    status: u16,
    body: &'static str,
    arguments: &[&str],
) -> Summary {
    let between = move |request: &Outgoing, response| match name(request) {
        "graphql" => Incoming { status, body: Bytes::from_static(body.as_bytes()), ..Incoming::default() },
        _ => response,
    };
    world.run_behind(arguments, true, Arc::new(between)).await
}

/// Responses that no query API gives.
const NO_QUERY_API: [(u16, &str); 6] = [
    (404, "{}"),
    (405, "<html>blocked</html>"),
    (501, ""),
    (200, r#"{"message":"blocked"}"#),
    (200, "{}"),
    (200, r#"{"job":{"id":"job-1","status":"AWAITING_UPLOADS"}}"#),
];

/// JupiterOne has a query API beside its jobs: without one, the guard must not be off by accident.
#[tokio::test(start_paused = true)]
async fn where_something_else_answers_queries_nothing_is_finalized_without_yes() {
    let world = World::new().filled().await;
    world.put("held_printer", "held-printer:1");
    let before = world.keys();
    for (status, body) in NO_QUERY_API {
        let summary = run_with_queries_answered(&world, status, body, &[]).await;
        assert_eq!((summary.exit_code, world.keys()), (6, before.clone()), "{status} {body}: {summary:#?}");
        assert!(error(&summary).contains("--yes"), "{}", error(&summary));
    }
    let summary = run_with_queries_answered(&world, 404, "{}", &["--yes"]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
}

/// A stand-in on this machine may have none: the run goes on, and what it deletes all the same is not passed over.
#[tokio::test(start_paused = true)]
async fn a_stand_in_without_a_query_api_is_gone_on_with_and_deletions_are_named() {
    for (status, body) in NO_QUERY_API {
        let world = World::with_stand_in().filled().await;
        let summary = run_with_queries_answered(&world, status, body, &[]).await;
        assert_eq!(
            (summary.status, summary.exit_code),
            (Status::Complete, 0),
            "{status} {body}: {summary:#?}"
        );
        assert!(summary.guard.is_some_and(|guard| !guard.checked));
        world.put("held_printer", "held-printer:1");
        let summary = run_with_queries_answered(&world, status, body, &[]).await;
        assert_eq!(
            (summary.status, summary.exit_code),
            (Status::Partial, 5),
            "{status} {body}: {summary:#?}"
        );
        assert!(error(&summary).contains("deleted 1 objects"), "{}", error(&summary));
    }
}

/// A key that may not query the instance gets an empty list, and no error.
#[tokio::test(start_paused = true)]
async fn a_key_that_sees_nothing_of_the_account_checks_nothing_and_finalizes_nothing() {
    let world = World::new().filled().await;
    let before = world.keys();
    world.set("users", json!([]));
    world.held().oddity = Some(Oddity::QueryEmpty);
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before), "{summary:#?}");
    assert!(error(&summary).contains("may query no entities"), "{}", error(&summary));
}

/// A stand-in has nothing but the instance to show, so an empty list may be the truth; what the job says is not.
#[tokio::test(start_paused = true)]
async fn a_guard_that_was_blind_is_named_when_the_job_has_ended() {
    let world = World::with_stand_in().filled().await;
    world.held().oddity = Some(Oddity::QueryEmpty);
    assert_eq!(world.run(&[]).await.exit_code, 0, "nothing has changed");
    world.set("users", json!([]));
    let summary = world.run(&[]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    assert!(error(&summary).contains("the query before it returned none"), "{}", error(&summary));
}

#[tokio::test(start_paused = true)]
async fn a_partial_query_result_is_not_compared() {
    let world = World::new().filled().await;
    let before = world.keys();
    world.set("users", json!([]));
    world.set("groups", json!([]));
    world.held().oddity = Some(Oddity::QueryPart);
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before), "{summary:#?}");
    assert!(error(&summary).contains("returned"), "{}", error(&summary));
}

/// Rows that nothing counts may be a part of what is held.
#[tokio::test(start_paused = true)]
async fn rows_that_jupiterone_does_not_count_are_not_compared() {
    for kind in ["COUNT(entity)", "COUNT(edge)"] {
        let world = World::new().filled().await;
        let before = world.keys();
        let between = move |request: &Outgoing, response| match name(request) {
            "graphql" if String::from_utf8_lossy(&request.body).contains(kind) => {
                Incoming { status: 403, body: Bytes::from_static(b"{}"), ..Incoming::default() }
            }
            _ => response,
        };
        let summary = world.run_behind(&[], true, Arc::new(between)).await;
        assert_eq!((summary.exit_code, world.keys()), (6, before), "{kind}: {summary:#?}");
        assert!(error(&summary).contains("did not count them"), "{}", error(&summary));
    }
}

/// An older run ends after a newer one: it must not delete what it could not know.
#[tokio::test(start_paused = true)]
async fn objects_of_a_newer_run_are_kept() {
    let world = World::new().filled().await;
    // The older run has started its job, and read its provider.
    let older = world.held().start(json!({
        "source": "integration-external", "integrationInstanceId": crate::support::INSTANCE, "syncMode": "DIFF",
    }));
    let id = older.1["job"]["id"].as_str().expect("an id").to_owned();
    let users = json!([{ "id": "newcomer", "name": "Newcomer" }]);
    let old_users = (0..12).map(|id| json!({ "id": format!("user-{id}"), "name": format!("user-{id}") }));
    let both: Vec<_> = old_users.clone().chain(users.as_array().expect("users").clone()).collect();
    world.set("users", json!(both));
    assert_eq!(world.run(&[]).await.exit_code, 0);
    world.set("users", old_users.collect());
    let summary = world.run(&["--job", &id]).await;
    assert!(world.keys().contains(&"held-user:newcomer".to_owned()), "{summary:#?}");
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5));
    assert!(summary.protected[0].reason.contains("after this run"), "{:?}", summary.protected);
}

/// With `--yes`, a run finalizes although it cannot compare; what it saw of a newer run is kept all the same.
#[tokio::test(start_paused = true)]
async fn objects_of_a_newer_run_are_kept_although_a_query_failed() {
    for fails in ["RELATES", "COUNT(edge)", "_integrationInstanceId = \\\"an-instance-for-tests\\\"\""] {
        let world = World::new().filled().await;
        let older = world.held().start(json!({
            "source": "integration-external", "integrationInstanceId": crate::support::INSTANCE, "syncMode": "DIFF",
        }));
        let id = older.1["job"]["id"].as_str().expect("an id").to_owned();
        let old_users = (0..12).map(|id| json!({ "id": format!("user-{id}"), "name": format!("user-{id}") }));
        let newcomer = json!({ "id": "newcomer", "name": "Newcomer" });
        let group = json!([{ "id": "newcomers", "name": "Newcomers", "members": ["newcomer"] }]);
        world.set("users", old_users.clone().chain([newcomer]).collect());
        world.set("groups", group);
        assert_eq!(world.run(&["--yes"]).await.exit_code, 0);
        let newer = world.keys();
        world.set("users", old_users.collect());
        world.set("groups", json!([]));
        let between = move |request: &Outgoing, response| match name(request) {
            "graphql" if String::from_utf8_lossy(&request.body).contains(fails) => {
                Incoming { status: 403, body: Bytes::from_static(b"{}"), ..Incoming::default() }
            }
            _ => response,
        };
        let summary = world.run_behind(&["--yes", "--job", &id], true, Arc::new(between)).await;
        let gone: Vec<_> = newer.iter().filter(|key| !world.keys().contains(key)).cloned().collect();
        assert!(gone.is_empty(), "{fails}: {gone:?}: {summary:#?}");
        assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{fails}");
    }
}

/// A job that does not say when it was started was started after the run began.
#[tokio::test(start_paused = true)]
async fn objects_of_a_newer_run_are_kept_although_the_job_has_no_start() {
    let world = World::new().filled().await;
    world.put("held_user", "held-user:newcomer");
    let between = |_: &Outgoing, response: Incoming| {
        let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
        if let Some(job) = body["job"].as_object_mut() {
            job.remove("startTimestamp");
        }
        created_later(&mut body);
        Incoming { body: body.to_string().into(), ..response }
    };
    let summary = world.run_behind(&[], true, Arc::new(between)).await;
    assert!(world.keys().contains(&"held-user:newcomer".to_owned()), "{summary:#?}");
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5));
}

/// Sets the time at which JupiterOne got the newcomer to next century.
fn created_later(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("_key").is_some_and(|key| key == "held-user:newcomer") {
                members.insert("_createdOn".to_owned(), json!("2126-01-01T00:00:00Z"));
            }
            members.values_mut().for_each(created_later);
        }
        Value::Array(list) => list.iter_mut().for_each(created_later),
        _ => {}
    }
}

/// A key that is limited by a policy gets a part of the objects and a count that fits them.
#[tokio::test(start_paused = true)]
async fn a_job_that_deletes_more_than_the_guard_saw_is_an_error() {
    let world = World::new().filled().await;
    for id in 0..3 {
        world.put("held_user", &format!("held-user:gone-{id}"));
    }
    let between = |request: &Outgoing, response: Incoming| {
        let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
        if name(request) == "graphql" {
            without_hidden(&mut body);
        }
        Incoming { body: body.to_string().into(), ..response }
    };
    let summary = world.run_behind(&["--wait"], true, Arc::new(between)).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    assert!(error(&summary).contains("has deleted 3 entities"), "{}", error(&summary));
}

/// Takes the entities away that the key may not see, and the count.
fn without_hidden(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(count) = members.get("number").and_then(Value::as_u64) {
                members.insert("number".to_owned(), json!(count.saturating_sub(3)));
            }
            members.values_mut().for_each(without_hidden);
        }
        Value::Array(list) => {
            list.retain(|row| !row.to_string().contains("held-user:gone-"));
            list.iter_mut().for_each(without_hidden);
        }
        _ => {}
    }
}

/// A newer version of the integration brought it, or an older one: this one cannot know if it is gone.
#[tokio::test(start_paused = true)]
async fn a_type_that_no_step_declares_is_kept() {
    let world = World::new().filled().await;
    world.put("held_printer", "held-printer:1");
    let summary = world.run(&["--yes"]).await;
    assert!(world.keys().contains(&"held-printer:1".to_owned()), "{summary:#?}");
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    assert_eq!(summary.partial_datasets.types, ["held_printer"]);
}

/// It is the way out for those who do not rely on `partialDatasets`: what the guard finds counts as well.
#[tokio::test(start_paused = true)]
async fn a_run_whose_guard_finds_a_type_of_nobody_is_aborted_if_that_was_asked_for() {
    let world = World::new().filled().await;
    world.put("held_printer", "held-printer:1");
    let finalized = world.held().finalized;
    let summary = world.run(&["--on-partial", "abort"]).await;
    assert_eq!((summary.exit_code, world.held().finalized), (6, finalized), "{summary:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_complete_run_is_finalized_although_partial_ones_are_to_be_aborted() {
    let world = World::new().filled().await;
    let finalized = world.held().finalized;
    let summary = world.run(&["--on-partial", "abort"]).await;
    assert_eq!((summary.exit_code, world.held().finalized), (0, finalized + 1), "{summary:#?}");
}
