//! Steps that do not run, and objects that are left out.

use std::sync::Arc;

use j1_runtime::Status;
use serde_json::json;

use crate::support::World;

/// The users of the directory are not read any more: their memberships are still there, and so are they.
#[tokio::test(start_paused = true)]
async fn relationships_to_what_a_disabled_step_would_have_read_are_kept() {
    let world = World::new().filled().await;
    let before = world.keys();
    let summary = world.run_behind(&["--yes"], false, Arc::new(|_, response| response)).await;
    assert_eq!(world.keys(), before, "{summary:#?}");
    // It was decided for every run, so the run is as complete as it is meant to be.
    assert_eq!((summary.status, summary.exit_code), (Status::Complete, 0));
    let kept = &summary.partial_datasets.types;
    assert!(kept.contains(&"held_group_has_user".to_owned()), "{kept:?}");
}

/// An object that no request can carry is known when it is added: what relates to it is not sent either.
#[tokio::test(start_paused = true)]
async fn what_relates_to_an_object_that_is_too_large_is_left_out_with_it() {
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
