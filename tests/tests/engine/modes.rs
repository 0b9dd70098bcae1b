//! The modes and sources of a job, and the rules of each.

use serde_json::json;

use crate::support::{Provider, World};

const TEAMS: [(&str, &str); 1] = [("engine", "Engine")];
const USERS: [(&str, &str); 2] = [("ada", "Ada"), ("grace", "Grace")];

fn provider() -> Provider {
    Provider::new(&TEAMS, &USERS)
}

#[test]
fn a_custom_scope_is_compared_with_itself() {
    let world = World::new();
    world.run(&[], &provider()).ended(0);
    let own = ["--source", "api", "--scope", "my-scripts"];
    let ran = world.run(&own, &provider()).ended(0);
    assert_eq!(ran.changes(), [4, 0, 0, 2, 0, 0], "another scope than the instance's");
    assert_eq!(
        (&ran.summary["job"]["source"], &ran.summary["job"]["scope"]),
        (&json!("api"), &json!("my-scripts"))
    );
    assert_eq!(ran.summary["guard"]["checked"], false, "the query API knows instances");
    assert_eq!(world.run(&own, &Provider::new(&TEAMS, &USERS[..1])).ended(0).changes()[2], 1);
    world.run(&[&own[..], &["--max-delete", "50%"]].concat(), &provider()).ended(7);
    assert_eq!(world.run(&[], &provider()).ended(0).changes(), [0; 6], "the instance was left alone");
}

#[test]
fn conflicting_flags_are_refused_before_a_job_is_opened() {
    let world = World::new();
    for (args, said) in [
        (&["--source", "api"][..], "needs a `--scope`"),
        (&["--scope", "s"], "goes with `--source api` only"),
        (&["--source", "integration-managed", "--scope", "s"], "goes with `--source api` only"),
    ] {
        let ran = world.run(args, &provider()).ended(2);
        assert!(ran.error().contains(said), "{}", ran.error());
        assert_eq!(ran.summary["job"], json!(null));
    }
}

#[test]
fn an_instance_is_one_scope_on_every_machine() {
    let world = World::new();
    world.run(&[], &provider()).ended(0);
    let ran = world.run(&["--source", "integration-managed"], &provider()).ended(0);
    assert_eq!(ran.summary["job"]["source"], "integration-managed");
    assert_eq!(ran.changes(), [0; 6]);
}

#[test]
fn cross_scope_sends_relationships_alone_and_says_whose_their_ends_are() {
    let world = World::new();
    world.run(&[], &provider()).ended(0);
    let ran = world.run(&["--sync-mode", "cross-scope"], &provider()).ended(0);
    assert_eq!(ran.summary["job"]["syncMode"], "CROSS_SCOPE");
    assert_eq!(ran.summary["job"]["numEntitiesUploaded"], 0);
    assert_eq!(ran.changes(), [0, 0, 0, 2, 0, 0], "each found its ends");
    assert_eq!(world.run(&["--sync-mode", "cross-scope"], &provider()).ended(0).changes(), [0; 6]);
    assert_eq!(
        world.run(&[], &provider()).ended(0).changes(),
        [0; 6],
        "and the instance's own are as they were"
    );
}

#[test]
fn an_override_sends_entities_alone_and_what_it_pins_is_not_what_the_instance_has() {
    let world = World::new();
    world.run(&[], &provider()).ended(0);
    let renamed = Provider::new(&[("engine", "Engines")], &[("ada", "Ada"), ("alan", "Alan")]);
    // JupiterOne reports an error for the one that does not exist.
    let pinned = world.run(&["--sync-mode", "override"], &renamed).ended(5);
    assert_eq!(pinned.summary["job"]["syncMode"], "OVERRIDE");
    assert_eq!(pinned.summary["job"]["numRelationshipsUploaded"], 0);
    // Alan does not exist there, and no entity that was not sent is deleted. What is pinned as it is counts as pinned.
    assert_eq!(pinned.changes(), [0, 3, 0, 0, 0, 0]);
    assert_eq!(pinned.summary["job"]["numEntityUpdateErrors"], 1);
    assert_eq!(pinned.summary["guard"], json!(null));
    assert_eq!(world.run(&[], &provider()).ended(0).changes(), [0; 6], "its own are as they were");
}

#[test]
fn a_patch_adds_and_deletes_nothing() {
    let world = World::new();
    world.run(&[], &provider()).ended(0);
    let ran = world.run(&["--sync-mode", "patch"], &Provider::new(&TEAMS, &[("alan", "Alan")])).ended(0);
    assert_eq!(ran.changes(), [1, 0, 0, 0, 0, 0]);
    assert_eq!(ran.summary["job"]["numRelationshipsUploaded"], 0);
    assert_eq!(ran.summary["guard"], json!(null));
}
