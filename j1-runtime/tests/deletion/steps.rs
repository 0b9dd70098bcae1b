//! Steps that do not run, and objects that are left out.

use std::sync::Arc;

use j1_runtime::Status;

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
