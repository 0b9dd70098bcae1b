//! Every fault in a store is an error with a code of its own, and nothing is finalized.

use std::path::{Path, PathBuf};

use j1_local::Server;
use serde_json::Value;

use crate::support::{Process, Ran, held, jupiterone};
use crate::world::World;

/// A run of four shards with its store and its JupiterOne.
struct Run {
    folder: tempfile::TempDir,
    recordings: tempfile::TempDir,
    j1: Server,
}

impl Run {
    async fn new(world: World) -> Self {
        let (folder, recordings) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        world.record(recordings.path());
        let j1 = jupiterone(folder.path()).await;
        Self { folder, recordings, j1 }
    }

    async fn phase(&self, arguments: &[&str]) -> Ran {
        let replay = self.recordings.path().display().to_string();
        let mut all = ["shard"].iter().chain(arguments).copied().collect::<Vec<_>>();
        all.extend(["--store", "shards"]);
        if !["open", "status"].contains(&arguments[0]) {
            all.extend(["--replay", &replay]);
        }
        Process::new(self.folder.path(), self.j1.url(), &all).finish().await
    }

    async fn planned(&self) {
        self.phase(&["plan", "--shards", "4"]).await.summary(0);
    }

    async fn delivered(&self) {
        self.planned().await;
        self.phase(&["open"]).await.summary(0);
        for index in ["0", "1", "2", "3"] {
            self.phase(&["work", "--index", index]).await.summary(0);
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("shards/runs/00000001").join(name)
    }

    /// The only file in a folder of the store.
    fn only(&self, folder: &str) -> PathBuf {
        let mut files = std::fs::read_dir(self.file(folder)).expect("a folder");
        files.next().expect("a file").expect("a file").path()
    }

    /// The shards as the page of the job shows them.
    async fn page(&self) -> Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let job: Value =
            serde_json::from_slice(&std::fs::read(self.file("job.json")).expect("a job")).expect("JSON");
        let url = format!("{}/jobs/{}.json", self.j1.url(), job["job"].as_str().expect("an id"));
        let request = reqwest::Client::new().get(url).bearer_auth(crate::support::JUPITERONE_KEY);
        let bytes = request.send().await.expect("a response").bytes().await.expect("a body");
        serde_json::from_slice::<Value>(&bytes).expect("JSON")["shards"].take()
    }

    async fn nothing_was_finalized(self) {
        self.j1.shutdown().await.expect("it ends");
        assert!(held(self.folder.path()).is_empty());
    }
}

#[track_caller]
fn failed(ended: &Ran, exit: i32, code: &str) -> String {
    let summary = ended.summary(exit);
    assert_eq!(summary["error"]["code"], code, "{summary:#}");
    summary["error"]["message"].as_str().expect("a message").to_owned()
}

fn edit(path: &Path, edit: impl FnOnce(&mut Value)) {
    let mut document: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    edit(&mut document);
    std::fs::write(path, document.to_string()).expect("it is written");
}

#[tokio::test]
async fn phases_in_another_order_say_which_comes_first() {
    let run = Run::new(World::new(4)).await;
    for phase in [&["open"][..], &["work", "--index", "0"], &["close"], &["status"]] {
        assert!(failed(&run.phase(phase).await, 3, "J1-R2102").contains("shard plan"));
    }
    run.planned().await;
    for phase in [&["work", "--index", "0"][..], &["close"]] {
        assert!(failed(&run.phase(phase).await, 3, "J1-R2102").contains("shard open"));
    }
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn a_plan_of_another_build_is_refused_by_every_phase() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    // The same program with a byte after its end is another build.
    let other = run.folder.path().join("another-build");
    let mut program = std::fs::read(env!("CARGO_BIN_EXE_jumpcloud")).expect("the program");
    program.push(0);
    std::fs::write(&other, program).expect("it is written");
    let mode = std::fs::metadata(env!("CARGO_BIN_EXE_jumpcloud")).expect("the program").permissions();
    std::fs::set_permissions(&other, mode).expect("it may run");
    let process = Process::with_program(
        &other,
        run.folder.path(),
        run.j1.url(),
        &["shard", "open", "--store", "shards"],
    );
    assert!(failed(&process.finish().await, 6, "J1-R2103").contains("one binary"));
    run.phase(&["open"]).await.summary(0);
    for phase in [&["work", "--index", "0"][..], &["close"]] {
        let arguments = [&["shard"], phase, &["--store", "shards"]].concat();
        failed(
            &Process::with_program(&other, run.folder.path(), run.j1.url(), &arguments).finish().await,
            6,
            "J1-R2103",
        );
    }
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn a_plan_that_was_changed_is_damaged() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    edit(&run.file("plan.json"), |plan| plan["shards"][0]["keys"] = serde_json::json!([]));
    assert!(failed(&run.phase(&["open"]).await, 6, "J1-R2104").contains("plan.json"));
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn a_shard_of_recordings_goes_to_no_jupiterone_but_a_local_one() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    run.phase(&["open"]).await.summary(0);
    let recordings = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings");
    let arguments = ["shard", "work", "--index", "0", "--store", "shards", "--replay", recordings];
    let process = Process::new(run.folder.path(), "https://jupiterone.invalid", &arguments);
    let message = failed(&process.finish().await, 2, "J1-R2012");
    assert!(message.contains("JUPITERONE_API_BASE"), "{message}");
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn an_index_out_of_range_is_refused() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    run.phase(&["open"]).await.summary(0);
    for arguments in [&["work", "--index", "4"][..], &["work", "--index", "2", "--of", "2"], &["work"]] {
        failed(&run.phase(arguments).await, 2, "J1-R2105");
    }
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn two_plans_do_not_share_a_store() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    failed(&run.phase(&["plan"]).await, 6, "J1-R2106");
    let second = run.phase(&["plan", "--discard"]).await.summary(0);
    assert_eq!(second["shards"]["run"], 2);
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn a_damaged_receipt_finalizes_nothing() {
    let run = Run::new(World::new(4)).await;
    run.delivered().await;
    let receipt = run.only("receipts/shard-0001");
    edit(&receipt, |receipt| receipt["received"][0] = 1_000.into());
    assert!(failed(&run.phase(&["close"]).await, 6, "J1-R2104").contains("shard-0001"));
    std::fs::write(&receipt, "{").expect("it is written");
    failed(&run.phase(&["close"]).await, 6, "J1-R2104");
    // Without it, the shard delivers again, and all is well.
    std::fs::remove_file(&receipt).expect("it is removed");
    run.phase(&["work", "--index", "1"]).await.summary(0);
    let closed = run.phase(&["close", "--wait"]).await.summary(0);
    assert_eq!(closed["job"]["status"], "FINISHED");
}

#[tokio::test]
async fn receipts_of_a_job_that_the_store_lost_finalize_nothing() {
    let run = Run::new(World::new(4)).await;
    run.delivered().await;
    std::fs::remove_file(run.file("job.json")).expect("it is removed");
    run.phase(&["open"]).await.summary(0);
    assert!(failed(&run.phase(&["close"]).await, 6, "J1-R2104").contains("delivered to another job"));
    // Without them, the shards upload to the new job what they collected.
    std::fs::remove_dir_all(run.file("receipts")).expect("they are removed");
    for index in ["0", "1", "2", "3"] {
        run.phase(&["work", "--index", index]).await.summary(0);
    }
    assert_eq!(run.phase(&["close", "--wait"]).await.summary(0)["job"]["status"], "FINISHED");
}

#[tokio::test]
async fn a_shard_that_did_not_deliver_is_partial_or_too_much() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    run.phase(&["open"]).await.summary(0);
    for index in ["0", "1", "2"] {
        run.phase(&["work", "--index", index]).await.summary(0);
    }
    let status = run.phase(&["status"]).await.summary(0)["shards"].clone();
    assert_eq!((&status["phase"], &status["coverage"]), (&"working".into(), &75.into()));
    let forecast: Vec<&str> =
        status["forecast"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    assert_eq!(forecast[0], "3 of 4 shards delivered; 0 uploading, 0 collecting, 1 waiting");
    assert!(forecast[1].starts_with("at the pace so far, the rest takes about "), "{forecast:?}");
    let shown = run.page().await;
    assert_eq!((&shown["uploaded"], &shown["done"]), (&3.into(), &750.into()), "{shown}");
    assert_eq!((&shown["shards"]["1"]["share"], &shown["shards"]["1"]["attempts"]), (&250.into(), &1.into()));
    let partial = run.phase(&["close", "--coverage", "70%", "--wait"]).await.summary(5);
    assert_eq!(partial["shards"]["missing"], serde_json::json!([3]));
    let types = partial["partialDatasets"]["types"].to_string();
    assert!(types.contains("jumpcloud_user") && !types.contains("jumpcloud_account\""), "{types}");

    let run = Run::new(World::new(4)).await;
    run.planned().await;
    run.phase(&["open"]).await.summary(0);
    run.phase(&["work", "--index", "0"]).await.summary(0);
    let ended = run.phase(&["close"]).await;
    assert!(failed(&ended, 6, "J1-R2110").contains("shard 1, shard 2, shard 3"));
    assert_eq!(ended.summary(6)["job"]["status"], "ABORTED");
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn one_key_in_two_shards_names_both_before_anything_is_finalized() {
    let run = Run::new(World { same: Some([0, 1]), ..World::new(4) }).await;
    run.delivered().await;
    let message = failed(&run.phase(&["close"]).await, 6, "J1-R2109");
    assert!(message.contains("shard-0000 and shard-0001"), "{message}");
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn a_job_that_something_else_ended_is_not_this_runs_success() {
    let run = Run::new(World::new(4)).await;
    run.delivered().await;
    let job: Value =
        serde_json::from_slice(&std::fs::read(run.file("job.json")).expect("a job")).expect("JSON");
    let url = format!(
        "{}/persister/synchronization/jobs/{}/abort",
        run.j1.url(),
        job["job"].as_str().expect("an id")
    );
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    client.post(url).bearer_auth(crate::support::JUPITERONE_KEY).body("{}").send().await.expect("an answer");
    failed(&run.phase(&["close"]).await, 6, "J1-R2108");
    // A late worker is refused as well.
    std::fs::remove_file(run.only("receipts/shard-0002")).expect("it is removed");
    failed(&run.phase(&["work", "--index", "2"]).await, 6, "J1-R2108");
    run.nothing_was_finalized().await;
}

#[tokio::test]
async fn a_closed_run_is_closed_once_and_keeps_no_data() {
    let run = Run::new(World::new(4)).await;
    run.delivered().await;
    let first = run.phase(&["close", "--wait"]).await.summary(0);
    let second = run.phase(&["close", "--wait"]).await.summary(0);
    assert_eq!(first["job"]["id"], second["job"]["id"]);
    assert_eq!(run.phase(&["status"]).await.summary(0)["shards"]["phase"], "finalized");
    failed(&run.phase(&["work", "--index", "0"]).await, 3, "J1-R2102");
    let data = std::fs::read_dir(run.file("parts/shard-0000")).map_or(0, Iterator::count);
    let files = std::fs::read_dir(run.file("parts/shard-0000")).into_iter().flatten().flatten();
    let kept: usize =
        files.filter_map(|attempt| std::fs::read_dir(attempt.path()).ok()).map(Iterator::count).sum();
    assert_eq!(kept, 0, "{data}");
}

#[tokio::test]
async fn the_deletion_guard_looks_at_the_whole_job() {
    let run = Run::new(World::new(8)).await;
    run.phase(&["run", "--wait"]).await.summary(0);
    // A third is gone, and with it all users of some shards: the whole is what counts.
    World { gone: Some(3), ..World::new(8) }.record(run.recordings.path());
    run.phase(&["run", "--shards", "8", "--wait"]).await.summary(0);
    let before = held(run.folder.path());
    // All users are gone.
    World { gone: Some(1), ..World::new(8) }.record(run.recordings.path());
    let stopped = run.phase(&["run", "--wait"]).await.summary(7);
    assert_eq!(stopped["job"]["status"], "ABORTED", "{stopped:#}");
    assert!(stopped["error"]["message"].as_str().is_some_and(|message| message.contains("jumpcloud_user")));
    assert_eq!(held(run.folder.path()), before);
    let finalized = run.phase(&["run", "--wait", "--yes"]).await.summary(0);
    assert_eq!(finalized["job"]["status"], "FINISHED");
    let after = held(run.folder.path());
    assert!(
        after.len() < before.len() && !after.values().any(|object| object.contains("\"jumpcloud_user\""))
    );
}

/// Another run lists an organization that the plan does not have.
#[tokio::test]
async fn an_organization_that_another_run_brings_is_kept_with_its_mapped_relationships() {
    let run = Run::new(World::new(4)).await;
    run.planned().await;
    run.phase(&["open"]).await.summary(0);
    World::new(5).record(run.recordings.path());
    let replay = run.recordings.path().display().to_string();
    Process::new(run.folder.path(), run.j1.url(), &["run", "--wait", "--replay", &replay])
        .finish()
        .await
        .summary(0);
    let before = held(run.folder.path());
    for index in ["0", "1", "2", "3"] {
        run.phase(&["work", "--index", index]).await.summary(0);
    }
    let closed = run.phase(&["close", "--wait"]).await;
    assert_eq!(held(run.folder.path()), before);
    let summary = closed.summary(5);
    assert!(summary["partialDatasets"]["types"].to_string().contains("jumpcloud_account"), "{summary:#}");
    assert_eq!(summary["job"]["numMappedRelationshipsDeleted"], 0);
}
