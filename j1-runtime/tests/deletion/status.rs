//! The end of a job: what JupiterOne says about it is believed.

use std::sync::Arc;
use std::time::Duration;

use j1_runtime::Status;
use j1_runtime::provider::{Incoming, Outgoing};
use serde_json::{Value, json};

use crate::jupiterone::Oddity;
use crate::support::{World, error};

#[tokio::test(start_paused = true)]
async fn an_unknown_status_ends_the_job_as_a_failure() {
    let world = World::new();
    world.held().oddity = Some(Oddity::UnknownStatus);
    let summary = world.run(&["--wait"]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6));
    assert!(error(&summary).contains("FINISHED_WITH_SURPRISES"), "{}", error(&summary));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_never_ends_is_not_waited_for_without_end() {
    let world = World::new();
    world.held().oddity = Some(Oddity::NeverEnds);
    let began = tokio::time::Instant::now();
    let summary = world.run(&["--wait"]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6));
    assert!(error(&summary).contains("30 minutes"), "{}", error(&summary));
    assert!(began.elapsed() < Duration::from_mins(45), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn errors_for_some_objects_are_not_complete() {
    let world = World::new();
    world.held().oddity = Some(Oddity::ObjectErrors);
    let summary = world.run(&["--wait"]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5));
    assert!(error(&summary).contains("numEntityCreateErrors: 3"), "{}", error(&summary));
}

#[tokio::test(start_paused = true)]
async fn errors_for_some_objects_count_under_any_name() {
    for (member, value) in [
        ("numRelationshipDeleteErrors", json!(1)),
        ("numEntityRawDataErrors", json!("2")),
        ("numMappedRelationshipsFailed", json!(3)),
        ("numEntitiesRejected", json!(4)),
    ] {
        let said = value.clone();
        let world = World::new();
        let between = move |_: &Outgoing, response: Incoming| {
            let mut body: Value = serde_json::from_slice(&response.body).expect("JSON");
            if body["job"]["status"] == "FINISHED" {
                body["job"][member] = value.clone();
            }
            Incoming { body: body.to_string().into(), ..response }
        };
        let summary = world.run_behind(&["--wait"], true, Arc::new(between)).await;
        assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{member}");
        assert!(error(&summary).contains(member), "{said}: {}", error(&summary));
    }
}
