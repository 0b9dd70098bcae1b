//! Recording a run, and running from what was recorded.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Answer, PROVIDER_KEY, Provider, Ran, Reading, command, recorded};

/// Collects from a double into `recorded`, and gives the folder.
async fn record(provider: &Provider) -> (Ran, tempfile::TempDir) {
    let run = command(&["collect", "--output", "json", "--record", "recorded"]).reading(provider);
    run.keeping_folder().await
}

/// Collects from recordings; nothing is configured.
async fn replay(recordings: &Path, arguments: &[&str]) -> Ran {
    let path = recordings.to_str().expect("UTF-8");
    command(&[&["collect", "--output", "json", "--replay", path], arguments].concat()).finish().await
}

/// All recordings as one text, and by file.
fn files(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("UTF-8");
            (name, std::fs::read_to_string(entry.path()).expect("a recording"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_replays_to_the_same_graph_without_secrets_and_personal_data() {
    let provider = Provider::start().await;
    let (ran, folder) = record(&provider).await;
    let summary = ran.summary(0);
    let recordings = folder.path().join("recorded");
    let files = files(&recordings);
    let names = [
        "connect",
        "fetch-apple-devices",
        "fetch-apple-mdm",
        "fetch-application-members",
        "fetch-applications",
        "fetch-group-members",
        "fetch-groups",
        "fetch-orgs",
        "fetch-users",
    ];
    let mut written = files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(written.remove(0), "config.json", "the configuration of the recording");
    assert_eq!(written, names.map(|name| format!("{name}.har")));
    assert_eq!(summary["recorded"]["files"], names.len());
    assert_eq!(summary["recorded"]["requests"], provider.asked.lock().expect("no panic").len());
    let all: String = files.values().map(String::as_str).collect();
    for entry in files.values().skip(1) {
        let har: Value = serde_json::from_str(entry).expect("a HAR is JSON");
        assert_eq!(har["log"]["version"], "1.2");
    }
    // Everybody's address, account and name; the key; where the double was.
    for user in recorded("/systemusers?limit=100&skip=0")["results"].as_array().expect("users") {
        for member in ["email", "username"] {
            let Some(text) = user[member].as_str().filter(|text| text.len() > 1) else { continue };
            assert!(!all.contains(text), "{text}");
        }
        let id = user["id"].as_str().or(user["_id"].as_str()).expect("an id");
        assert!(all.contains(id), "ids stay");
    }
    assert!(!all.contains(PROVIDER_KEY));
    assert!(!all.contains("127.0.0.1") && all.contains("http://provider.example/api/systemusers"));

    let replayed = replay(&recordings, &[]).await.summary(0);
    assert_eq!(replayed["types"], summary["types"], "what belongs together still does");
    assert_eq!(replayed["unusedRecordings"], json!({ "named": [], "more": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_replaces_one_of_its_own_and_nothing_else() {
    let provider = Provider::start().await;
    let (_, folder) = record(&provider).await;
    let into = folder.path().join("recorded");
    let before = files(&into);
    let again = |folder: &Path| {
        let path = folder.to_str().expect("UTF-8").to_owned();
        command(&["collect", "--output", "json", "--step", "fetch-orgs", "--record", &path])
            .reading(&provider)
            .finish()
    };
    again(&into).await.summary(5);
    assert_eq!(
        files(&into).keys().collect::<Vec<_>>(),
        ["config.json", "connect.har", "fetch-orgs.har"],
        "no step's from before"
    );
    assert_ne!(files(&into)["fetch-orgs.har"], before["fetch-orgs.har"], "other pseudonyms, other times");

    std::fs::write(into.join("by-hand.har"), r#"{"log":{"entries":[]}}"#).expect("it is written");
    let refused = again(&into).await.summary(3);
    assert_eq!(refused["error"]["code"], "J1-R1103");
    assert!(
        refused["error"]["message"].as_str().is_some_and(|text| text.contains("by-hand.har")),
        "{refused:#}"
    );
    assert_eq!(files(&into).len(), 4, "nothing was touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_recorded_too_and_a_run_that_does_not_begin_records_nothing() {
    let provider = Provider::answering(|target| {
        target.starts_with("/v2").then(|| Answer(403, r#"{"error":"no"}"#.into()))
    })
    .await;
    let (ran, folder) = record(&provider).await;
    ran.summary(5);
    let replayed = replay(&folder.path().join("recorded"), &["--step", "fetch-groups"]).await.summary(5);
    let reason = &replayed["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .find(|step| step["id"] == "fetch-groups")
        .expect("the step")["partial"][0]["reason"];
    assert!(reason.as_str().is_some_and(|reason| reason.contains("returned status 403")), "{reason}");

    let provider = Provider::answering(|_| Some(Answer(401, "{}".into()))).await;
    let (ran, folder) = record(&provider).await;
    ran.summary(4);
    assert!(files(&folder.path().join("recorded")).is_empty());
    assert!(ran.stderr.contains("nothing was recorded"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn recording_what_is_replayed_is_refused() {
    let ran = command(&["run", "--record", "a", "--replay", "b"]).finish().await;
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("--record"), "{}", ran.stderr);
}
