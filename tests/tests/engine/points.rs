//! Every point of failure on the disk: the first operation on a file fails, the second, the third, until a run meets no
//! fault any more.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::Uri;

use crate::support::{Provider, Ran, World};

const TEAMS: [(&str, &str); 2] = [("engine", "Engine"), ("compiler", "Compiler")];
const USERS: [(&str, &str); 3] = [("ada", "Ada"), ("grace", "Grace"), ("alan", "Alan")];

/// Runs with a disk on which one operation fails; the operation, if the run came to it.
fn failing(world: &World, mut command: Command, provider: &Provider, after: u32) -> (Output, Option<String>) {
    let output = command.env("J1_TEST_DISK_FAULT", after.to_string()).output().expect("it runs");
    world.check_conserved(|key| provider.has(key));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let failed = stderr.lines().find_map(|line| line.strip_prefix("the disk failed at: "));
    let failed = failed.map(str::to_owned);
    // A panic would be 101, a signal none.
    assert!(output.status.code().is_some_and(|code| code < 10), "operation {after}: {stderr}");
    (output, failed)
}

fn report(what: &str, met: &[String]) {
    println!("{what}: {met:?}");
    println!("measured: injection.{what} = {}", met.len());
}

/// The files below a folder with what they hold. The official layout names files at random, so they go by their content.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text");
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            let name = if name.len() > 36 { text.clone() } else { name };
            all.insert(name, text);
        }
    }
    all
}

/// Lets every operation on a file fail in turn, and runs into one JupiterOne; the operations that the runs came to.
fn failing_runs(variables: &[(&'static str, &'static str)]) -> Vec<String> {
    let mut world = World::new();
    world.variables.extend(variables);
    let providers = [
        Provider { partners: vec!["one"], ..Provider::new(&TEAMS, &USERS) },
        Provider { partners: vec!["two"], ..Provider::new(&TEAMS, &USERS[..2]) },
    ];
    let run = ["run", "--wait", "--yes", "--replay", "all.har", "--report", "report.json"];
    world.run(&["--yes"], &providers[1]).ended(0);
    let mut met = Vec::new();
    for after in 0.. {
        let provider = &providers[met.len() % 2];
        let command = world.command(&world.url(), &run, provider);
        let (output, failed) = failing(&world, command, provider, after);
        if output.status.code() == Some(0) {
            assert_eq!(world.run(&["--yes"], provider).ended(0).changes(), [0; 6], "operation {after}");
        }
        world.run(&["--yes"], provider).ended(0);
        let Some(failed) = failed else {
            Ran::new(&output).ended(0);
            break;
        };
        met.push(failed);
    }
    met
}

#[test]
fn any_operation_on_a_file_may_fail_in_a_run() {
    let met = failing_runs(&[]);
    report("run", &met);
    assert!(met.len() >= 6, "{met:?}");
}

/// A key that cannot be looked up must not pass for one that is free, nor for one that was not collected.
#[test]
fn any_operation_on_a_file_may_fail_in_a_run_whose_keys_are_on_disk() {
    let met = failing_runs(&[("J1_TEST_KEYS_IN_MEMORY", "2")]);
    report("keys", &met);
    let runs = met.iter().filter(|failed| *failed == "create").count();
    assert!(runs >= 4 && met.len() >= 20, "{met:?}");
}

/// In the place of a collection or of recordings is the old or the new one, and never a part of both.
fn replaced_whole(world: &World, place: &str, command: impl Fn(&Provider) -> Command) {
    let providers = [Provider::new(&TEAMS, &USERS), Provider::new(&TEAMS, &USERS[..2])];
    let path = world.folder.path().join(place);
    let states = providers.each_ref().map(|provider| {
        Ran::new(&command(provider).output().expect("it runs")).ended(0);
        files(&path)
    });
    assert_ne!(states[0], states[1]);
    let mut met = Vec::new();
    for after in 0.. {
        let (next, before) = (met.len() % 2, without_times(&files(&path)));
        let (output, failed) = failing(world, command(&providers[next]), &providers[next], after);
        let now = without_times(&files(&path));
        let (is_old, is_new) = (now == before, now == without_times(&states[next]));
        let code = output.status.code();
        assert!(code != Some(0) || is_new, "operation {after}, {failed:?}: complete, and {place} is not new");
        // An entity that a step could not read back is missing, and the command reports that.
        let is_partial = code == Some(5);
        assert!(is_old || is_new || is_partial, "operation {after}, {failed:?}: {now:#?}");
        let Some(failed) = failed else {
            Ran::new(&output).ended(0);
            break;
        };
        met.push(failed);
    }
    report(place, &met);
    assert!(met.len() >= 8, "{met:?}");
}

fn is_recording(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "har")
}

/// Files without the members that differ from run to run.
fn without_times(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut files = files.clone();
    if let Some(summary) = files.get_mut("summary.json") {
        let mut json: serde_json::Value = serde_json::from_str(summary).expect("JSON");
        times(&mut json);
        *summary = json.to_string();
    }
    for (_, har) in files.iter_mut().filter(|(name, _)| is_recording(name)) {
        let mut json: serde_json::Value = serde_json::from_str(har).expect("JSON");
        times(&mut json);
        *har = json.to_string();
    }
    files
}

fn times(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(members) => {
            members.retain(|name, _| {
                ![
                    "startedAt",
                    "startTime",
                    "endTime",
                    "durationMs",
                    "duration",
                    "waitedMs",
                    "startedDateTime",
                    "time",
                    "timings",
                    "headers",
                ]
                .contains(&name.as_str())
            });
            members.values_mut().for_each(times);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(times),
        _ => {}
    }
}

#[test]
fn any_operation_on_a_file_may_fail_while_a_collection_is_replaced() {
    let world = World::new();
    let args = ["collect", "--replay", "all.har", "--out", "collection"];
    replaced_whole(&world, "collection", |provider| world.command(&world.url(), &args, provider));
}

/// A collection that cannot be read whole is not synced: it would delete what was not read.
#[test]
fn any_operation_on_a_file_may_fail_while_a_collection_is_synced() {
    let world = World::new();
    let providers = [Provider::new(&TEAMS, &USERS), Provider::new(&TEAMS, &USERS[..2])];
    for (provider, place) in providers.iter().zip(["all", "fewer"]) {
        world.faulty(&["collect", "--replay", "all.har", "--out", place], provider).ended(0);
    }
    let mut met = Vec::new();
    for after in 0.. {
        let (provider, place) = [(&providers[0], "all"), (&providers[1], "fewer")][met.len() % 2];
        let sync = ["sync", "--from", place, "--wait", "--yes"];
        let command = world.command(&world.url(), &sync, provider);
        let (output, failed) = failing(&world, command, provider, after);
        let Some(failed) = failed else {
            // What came after a collection was begun is kept.
            assert_eq!(Ran::new(&output).summary["error"], serde_json::Value::Null);
            break;
        };
        assert_ne!(output.status.code(), Some(0), "operation {after}, {failed}");
        assert_eq!(world.faulty(&sync, provider).summary["error"], serde_json::Value::Null);
        met.push(failed);
    }
    report("sync", &met);
    assert!(met.iter().filter(|failed| *failed == "read").count() >= 4, "{met:?}");
}

/// Serves what a provider has; a `set` of it changes that.
fn serve(world: &World, answers: &Answers) -> String {
    let answers = Arc::clone(answers);
    let app = Router::new().fallback(move |uri: Uri| {
        let body = answers.lock().expect("no test panicked").get(uri.path().trim_start_matches('/')).cloned();
        async move { body.unwrap_or_default() }
    });
    world.runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        base
    })
}

type Answers = Arc<Mutex<BTreeMap<String, String>>>;

#[test]
fn any_operation_on_a_file_may_fail_while_recordings_are_replaced() {
    let (world, answers) = (World::new(), Answers::default());
    let base = serve(&world, &answers);
    let args = ["collect", "--record", "recorded", "--out", "there"];
    replaced_whole(&world, "recorded", |provider| {
        let all = provider.answers().into_iter().map(|(path, body)| (path, body.to_string()));
        *answers.lock().expect("no test panicked") = all.collect();
        let mut command = world.command(&world.url(), &args, provider);
        command.env("FAULTY_API_BASE", &base);
        command
    });
}
