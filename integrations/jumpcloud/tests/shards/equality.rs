//! However many shards there are, the graph is that of one process.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::{Process, held, jupiterone};
use crate::world::World;

/// Runs a command against a JupiterOne of its own; returns the summary and what JupiterOne holds then.
async fn fresh(recordings: &Path, arguments: &[&str]) -> (Value, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let replay = recordings.display().to_string();
    let arguments = [arguments, &["--wait", "--replay", &replay]].concat();
    let summary = Process::new(folder.path(), j1.url(), &arguments).finish().await.summary(0);
    j1.shutdown().await.expect("it ends");
    (summary, held(folder.path()))
}

fn recorded(world: &World) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    world.record(folder.path());
    folder
}

#[tokio::test]
async fn four_workers_collect_what_one_process_does_byte_for_byte() {
    let recordings = recorded(&World::new(64));
    let (plain, expected) = fresh(recordings.path(), &["run"]).await;
    assert!(expected.len() > 500, "{}", expected.len());
    let (sharded, held) =
        fresh(recordings.path(), &["shard", "run", "--store", "shards", "--workers", "4"]).await;
    assert_eq!(held, expected);
    assert_eq!(sharded["types"], plain["types"]);
    assert_eq!(sharded["job"]["numEntitiesUploaded"], plain["job"]["numEntitiesUploaded"]);
    assert_eq!(sharded["shards"]["total"], 4);
    assert_eq!(sharded["shards"]["coverage"], 100);
    for (one, other) in
        sharded["steps"].as_array().expect("steps").iter().zip(plain["steps"].as_array().expect("steps"))
    {
        for member in ["id", "status", "entities", "relationships", "partial"] {
            assert_eq!(one[member], other[member], "{member}");
        }
    }
}

#[tokio::test]
async fn any_number_of_shards_makes_the_same_graph() {
    let recordings = recorded(&World::new(64));
    let (_, expected) = fresh(recordings.path(), &["run"]).await;
    for shards in ["1", "2", "7", "64"] {
        let arguments = ["shard", "run", "--store", "shards", "--workers", "2", "--shards", shards];
        let (summary, held) = fresh(recordings.path(), &arguments).await;
        assert_eq!(held, expected, "{shards} shards");
        assert_eq!(summary["shards"]["total"].to_string(), shards);
    }
}

#[tokio::test]
async fn another_number_of_shards_leaves_no_orphan_and_deletes_what_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    for (world, shards) in [(World::new(16), "4"), (World { gone: Some(3), ..World::new(16) }, "8")] {
        let recordings = recorded(&world);
        let replay = recordings.path().display().to_string();
        let arguments = [
            "shard",
            "run",
            "--store",
            "shards",
            "--workers",
            shards,
            "--weights",
            "last",
            "--wait",
            "--replay",
            &replay,
        ];
        let summary = Process::new(folder.path(), j1.url(), &arguments).finish().await.summary(0);
        assert_eq!(summary["status"], "complete");
    }
    j1.shutdown().await.expect("it ends");
    let recordings = recorded(&World { gone: Some(3), ..World::new(16) });
    let (_, expected) = fresh(recordings.path(), &["run"]).await;
    assert_eq!(held(folder.path()), expected);
}

#[tokio::test]
async fn a_relationship_from_one_shard_to_another_is_tied_in_the_end() {
    let recordings = recorded(&World { stranger: Some(0), ..World::new(4) });
    let (_, expected) = fresh(recordings.path(), &["run"]).await;
    let arguments = ["shard", "run", "--store", "shards", "--workers", "2", "--shards", "4"];
    let (_, held) = fresh(recordings.path(), &arguments).await;
    assert_eq!(held, expected);
}
