//! The deletion guard: what it could not see, it has not checked.

use j1_runtime::Status;
use serde_json::json;

use crate::jupiterone::Oddity;
use crate::support::{World, error};

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

#[tokio::test(start_paused = true)]
async fn where_there_is_no_query_api_a_run_is_complete_and_unchecked() {
    let world = World::new().filled().await;
    world.held().oddity = Some(Oddity::QueryMissing);
    let summary = world.run(&[]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
    assert!(summary.guard.is_some_and(|guard| !guard.checked));
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_saw_nothing_has_checked_nothing() {
    let world = World::new();
    let guard = world.run(&[]).await.guard.expect("a guard");
    assert!(!guard.checked && guard.reason.is_some_and(|reason| reason.contains("no objects")));
    let guard = world.run(&[]).await.guard.expect("a guard");
    assert!(guard.checked, "{guard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_query_that_returns_a_part_is_no_comparison() {
    let world = World::new().filled().await;
    let before = world.keys();
    world.set("users", json!([]));
    world.set("groups", json!([]));
    world.held().oddity = Some(Oddity::QueryPart);
    let summary = world.run(&[]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before), "{summary:#?}");
    assert!(error(&summary).contains("returned"), "{}", error(&summary));
}

/// An older run ends after a newer one: it must not delete what it could not know.
#[tokio::test(start_paused = true)]
async fn what_a_newer_run_brought_is_kept() {
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
