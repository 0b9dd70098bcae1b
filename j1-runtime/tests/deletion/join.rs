//! A joined job must be this instance's, and of the mode that the run sends for.

use std::sync::Arc;

use j1_runtime::provider::{Incoming, Outgoing};
use serde_json::{Value, json};

use crate::support::{INSTANCE, World, error};

/// Joins a job that describes itself so.
async fn join(said: Value, arguments: &[&str]) -> (World, j1_runtime::Summary, bool) {
    let world = World::new().filled().await;
    let before = world.keys();
    world.set("users", json!([]));
    world.held().start(said);
    let arguments = [&["--job", "job-1", "--yes"], arguments].concat();
    let summary = world.run(&arguments).await;
    let changed = world.keys() != before;
    (world, summary, changed)
}

#[tokio::test(start_paused = true)]
async fn a_job_of_another_instance_is_refused() {
    let own =
        json!({ "source": "integration-external", "integrationInstanceId": INSTANCE, "syncMode": "DIFF" });
    assert!(join(own, &[]).await.1.error.is_none());
    for other in [
        json!({ "source": "integration-external", "integrationInstanceId": "production-b", "syncMode": "DIFF" }),
        json!({ "source": "integration-managed", "integrationInstanceId": INSTANCE, "syncMode": "DIFF" }),
        json!({ "source": "api", "scope": "scripts", "syncMode": "DIFF" }),
        json!({ "source": "integration-external", "syncMode": "DIFF" }),
        json!({ "integrationInstanceId": INSTANCE, "syncMode": "DIFF" }),
        json!({ "syncMode": "DIFF" }),
    ] {
        let (_, summary, changed) = join(other.clone(), &[]).await;
        assert_eq!((summary.exit_code, changed), (6, false), "{other}");
        assert!(error(&summary).contains("job-1"), "{}", error(&summary));
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_name_its_mode_takes_only_a_diff() {
    let unsaid = json!({ "source": "integration-external", "integrationInstanceId": INSTANCE });
    let (_, summary, changed) = join(unsaid.clone(), &["--sync-mode", "patch"]).await;
    assert_eq!((summary.exit_code, changed), (6, false));
    assert!(error(&summary).contains("does not say"), "{}", error(&summary));
    // As a DIFF it has the guard of one.
    let (_, summary, _) = join(unsaid, &[]).await;
    assert!(summary.error.is_none(), "{summary:#?}");
    assert!(summary.guard.is_some_and(|guard| guard.checked));
}

/// JupiterOne, or something between, starts another job than was asked for.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_started_as_another_one_is_aborted() {
    for (member, other, arguments) in [
        ("syncMode", "DIFF", &["--sync-mode", "patch"][..]),
        ("syncMode", "PATCH", &[]),
        ("integrationInstanceId", "production-b", &[]),
    ] {
        let world = World::new().filled().await;
        let before = world.keys();
        let between = move |request: &Outgoing, response: Incoming| {
            let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
            if request.method.as_str() == "POST" && request.url.path().ends_with("/jobs") {
                let own = json!({ "source": "integration-external", "integrationInstanceId": INSTANCE });
                for (name, value) in own.as_object().expect("an object") {
                    body["job"][name] = value.clone();
                }
                body["job"][member] = json!(other);
            }
            Incoming { body: body.to_string().into(), ..response }
        };
        let summary = world.run_behind(arguments, true, Arc::new(between)).await;
        assert_eq!((summary.exit_code, world.keys()), (6, before), "{member} {other}: {summary:#?}");
        assert!(error(&summary).contains("just started"), "{}", error(&summary));
    }
}

/// It says whose it is, and nothing else.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_started_as_anothers_is_aborted_however_little_it_says() {
    for (unsaid, member, other) in [
        ("source", "integrationInstanceId", "production-b"),
        ("integrationInstanceId", "source", "integration-managed"),
    ] {
        let world = World::new().filled().await;
        let before = world.keys();
        world.set("users", json!([{ "id": "user-0", "name": "user-0" }]));
        let between = move |_: &Outgoing, response: Incoming| {
            let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
            if let Some(job) = body["job"].as_object_mut() {
                job.remove(unsaid);
                job.insert(member.to_owned(), json!(other));
            }
            Incoming { body: body.to_string().into(), ..response }
        };
        let summary = world.run_behind(&["--yes"], true, Arc::new(between)).await;
        assert_eq!((summary.exit_code, world.keys()), (6, before), "{member} {other}: {summary:#?}");
        assert!(error(&summary).contains("just started"), "{}", error(&summary));
    }
}

/// The response to a start need not repeat what was asked for.
#[tokio::test(start_paused = true)]
async fn a_started_job_that_echoes_part_of_the_request_is_accepted() {
    for unsaid in ["source", "integrationInstanceId", "syncMode"] {
        let world = World::new().filled().await;
        let between = move |request: &Outgoing, response: Incoming| {
            let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
            // Without a mode, it is a DIFF until its end.
            let starts = request.method.as_str() == "POST" && request.url.path().ends_with("/jobs");
            if starts || unsaid == "syncMode" {
                body.pointer_mut("/job").and_then(Value::as_object_mut).map(|job| job.remove(unsaid));
            }
            Incoming { body: body.to_string().into(), ..response }
        };
        let before = world.keys();
        world.set("users", json!([{ "id": "user-0", "name": "user-0" }]));
        let summary = world.run_behind(&["--yes"], true, Arc::new(between)).await;
        assert_eq!(summary.exit_code, 0, "{unsaid}: {summary:#?}");
        assert!(world.keys().len() < before.len(), "{unsaid}: what is gone is deleted");
    }
}

/// A server that knows one mode alone, and does not say it, or says what it was asked for.
#[tokio::test(start_paused = true)]
async fn a_job_that_may_not_be_of_the_mode_that_deletes_nothing_deletes_no_type_of_this_run() {
    for mode in ["patch", "override", "cross-scope"] {
        for declares in [false, true].into_iter().take(if mode == "patch" { 2 } else { 1 }) {
            let world = World::new().filled().await;
            world.put("held_badge", "held-badge:of-another-version");
            let before = world.keys();
            if declares {
                world.set("users", json!([]));
                world.set("groups", json!([]));
            }
            let between = move |request: &Outgoing, response: Incoming| {
                let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
                if !declares || request.url.path().ends_with("/finalize") {
                    body.pointer_mut("/job").and_then(Value::as_object_mut).map(|job| job.remove("syncMode"));
                }
                Incoming { body: body.to_string().into(), ..response }
            };
            let summary = world.run_behind(&["--sync-mode", mode, "--wait"], true, Arc::new(between)).await;
            let gone: Vec<_> = before.iter().filter(|key| !world.keys().contains(key)).cloned().collect();
            assert_eq!(summary.exit_code, 5, "{mode} {declares}: {summary:#?}");
            assert!(error(&summary).contains("a job of the mode"), "{}", error(&summary));
            if !declares {
                assert_eq!(gone, ["held-badge:of-another-version"]);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_takes_no_uploads_is_refused() {
    let world = World::new().filled().await;
    let before = world.keys();
    world.set("users", json!([]));
    let summary = world.run(&["--job", "job-0", "--yes"]).await;
    assert_eq!((summary.exit_code, world.keys()), (6, before), "{summary:#?}");
    assert!(error(&summary).contains("takes no uploads"), "{}", error(&summary));
}
