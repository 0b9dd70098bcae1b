//! Steps that do not run, and objects that are left out.

use std::sync::Arc;

use j1_runtime::Status;
use serde_json::json;

use crate::support::World;

/// The users of the directory are not read any more: their memberships are still there, and so are they.
#[tokio::test(start_paused = true)]
async fn relationships_to_types_of_a_disabled_step_are_kept() {
    let world = World::new().filled().await;
    let before = world.keys();
    let summary = world.run_behind(&["--yes"], false, Arc::new(|_, response| response)).await;
    assert_eq!(world.keys(), before, "{summary:#?}");
    // It was decided for every run, so the run is as complete as it is meant to be.
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0));
    let kept = &summary.partial_datasets.types;
    assert!(kept.contains(&"held_group_has_user".to_owned()), "{kept:?}");
    assert!(!kept.iter().any(|ty| ty == "held_group" || ty.contains("contains")), "{kept:?}");
}

/// An object that no request can carry is known when it is added: what relates to it is not sent either.
#[tokio::test(start_paused = true)]
async fn relationships_of_an_oversized_object_are_left_out_with_it() {
    let world = World::new();
    // A name of 900 characters, twice: the group is the only object that is larger than a user.
    let members: Vec<String> = (0..12).map(|id| format!("user-{id}")).collect();
    world.set("groups", json!([{ "id": "large", "name": "x".repeat(900), "members": members }]));
    let summary = world.run_limited(3000).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
    let summary = world.run_limited(900).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
    let dropped: Vec<_> = summary.dropped.iter().map(|object| (&*object.key, &*object.code)).collect();
    assert!(dropped.contains(&("held-group:large", "J1-R2007")), "{dropped:?}");
    let job = summary.job.expect("a job").job;
    assert_eq!(job.num_relationships_uploaded, 0, "nothing relates to what is not there");
}

/// What JupiterOne takes in no request is known only when it was sent: what it held of it, and of its type, stays.
#[tokio::test(start_paused = true)]
async fn an_object_that_jupiterone_takes_in_no_request_makes_its_type_partial() {
    for directory in [true, false] {
        let world = World::new().filled().await;
        // Another type of the step is partial as well if the users are not read.
        let members = if directory { json!([]) } else { json!(["user-0"]) };
        world.set("groups", json!([{ "id": "engineers", "name": "x".repeat(3000), "members": members }]));
        world.held().largest = 3000;
        let summary = world.run_behind(&["--yes"], directory, Arc::new(|_, response| response)).await;
        assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5), "{summary:#?}");
        let kept = &summary.partial_datasets.types;
        assert!(kept.contains(&"held_group".to_owned()), "{kept:?}");
        let is_group = |key: &&String| key.starts_with("held-group:") && !key.contains('|');
        let groups = world.keys().iter().filter(is_group).count();
        assert_eq!(groups, 2, "both groups are kept");
        let partial_steps: Vec<_> = summary.steps.iter().filter(|step| !step.partial.is_empty()).collect();
        let named = |id: &str| partial_steps.iter().any(|step| step.id.contains(id));
        assert!(named("groups") && (named("users") != directory), "{partial_steps:#?}");
    }
}

/// Everything was read, and a member of a group is no user: what JupiterOne holds of it goes.
#[tokio::test(start_paused = true)]
async fn a_relationship_to_an_object_no_complete_step_found_protects_nothing() {
    let world = World::new().filled().await;
    world.set("groups", json!([{ "id": "engineers", "name": "Engineers", "members": ["user-0", "ghost"] }]));
    let summary = world.run(&["--yes"]).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0), "{summary:#?}");
    assert!(summary.partial_datasets.types.is_empty(), "{:?}", summary.partial_datasets.types);
    let groups: Vec<String> = world.keys().into_iter().filter(|key| key.starts_with("held-group")).collect();
    assert_eq!(groups, ["held-group:engineers", "held-group:engineers|has|held-user:user-0"]);
    let counts = ["held_user", "held_group", "held_group_has_user"].map(|ty| summary.types[ty]);
    assert_eq!(counts, [13, 1, 1], "what is left out is not counted");
}
