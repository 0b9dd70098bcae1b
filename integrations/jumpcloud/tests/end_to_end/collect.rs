//! `collect`, `config` and `steps`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Answer, Provider, Reading, command, recordings};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

#[tokio::test]
async fn the_official_layout_is_written() {
    let replay = recordings().display().to_string();
    let run = command(&["collect", "--replay", &replay, "--output", "json"]);
    // What another collection left is replaced whole.
    let old = run.folder().join(".j1-integration/graph/gone/entities");
    std::fs::create_dir_all(&old).expect("a folder");
    std::fs::write(old.join("x.json"), "{}").expect("a file");
    let (ran, folder) = run.keeping_folder().await;
    let summary = ran.summary(0);
    let root = folder.path().join(".j1-integration");
    let mut found = Vec::new();
    files(&root.join("graph"), &mut found);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for path in found {
        let parts: Vec<_> = path
            .strip_prefix(root.join("graph"))
            .expect("below")
            .iter()
            .map(|p| p.to_str().expect("text"))
            .collect();
        let [step, member, file] = parts[..] else { panic!("{}", path.display()) };
        assert!(step.starts_with("fetch-") && Path::new(file).extension().is_some_and(|end| end == "json"));
        let content = read(&path);
        assert_eq!(content.as_object().expect("an object").keys().collect::<Vec<_>>(), [member]);
        let objects = content[member].as_array().expect("a list");
        assert!(!objects.is_empty() && objects.len() <= 500);
        assert!(objects.iter().all(|object| object["_type"] == objects[0]["_type"]), "one type a file");
        *counts.entry(objects[0]["_type"].as_str().expect("a type").to_owned()).or_default() +=
            objects.len() as u64;
    }
    assert_eq!(json!(counts), summary["types"]);
    let document = read(&root.join("summary.json"));
    assert_eq!(document["metadata"]["partialDatasets"]["types"], json!([]));
    let steps = document["integrationStepResults"].as_array().expect("steps");
    let members = &steps[3];
    assert_eq!(members["id"], "fetch-group-members");
    assert_eq!(members["dependsOn"], json!(["fetch-users", "fetch-groups"]));
    assert_eq!(members["encounteredTypeCounts"], json!({ "jumpcloud_group_has_user": 1003 }));
    assert_eq!(members["status"], "success");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name())
        .collect();
    assert_eq!(left, [".j1-integration"], "nothing is left beside it");
}

#[tokio::test]
async fn a_folder_of_something_else_is_not_replaced() {
    let replay = recordings().display().to_string();
    let run = command(&["collect", "--out", "thesis", "--replay", &replay, "--output", "json"]);
    std::fs::create_dir(run.folder().join("thesis")).expect("a folder");
    std::fs::write(run.folder().join("thesis/chapter-1.txt"), "years of work").expect("a file");
    let (ran, folder) = run.keeping_folder().await;
    let summary = ran.summary(2);
    assert!(
        summary["error"]["message"].as_str().expect("a message").contains("chapter-1.txt"),
        "{summary:#}"
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("thesis/chapter-1.txt")).expect("it is there"),
        "years of work"
    );
}

#[tokio::test]
async fn a_partial_collection_says_so() {
    let provider =
        Provider::answering(|asked| asked.contains("/members").then(|| Answer(403, String::new()))).await;
    let (ran, folder) =
        command(&["collect", "--out", "there", "--output", "json"]).reading(&provider).keeping_folder().await;
    ran.summary(5);
    let document = read(&folder.path().join("there/summary.json"));
    assert_eq!(document["metadata"]["partialDatasets"]["types"], json!(["jumpcloud_group_has_user"]));
}

#[tokio::test]
async fn a_request_with_no_recording_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["organizations.har", "users.har", "groups.har"] {
        std::fs::copy(recordings().join(file), folder.path().join(file)).expect("it is copied");
    }
    let replay = folder.path().display().to_string();
    let summary = command(&["collect", "--replay", &replay, "--output", "json"]).finish().await.summary(5);
    let reason = summary["steps"][3]["partial"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("J1-R1101") && reason.contains("/members?limit=100&skip=0"), "{reason}");
}

#[tokio::test]
async fn the_configuration_is_shown_in_three_forms() {
    let table = command(&["config"]).finish().await.stdout;
    assert!(
        table.contains("JUMPCLOUD_API_KEY") && table.contains("https://console.jumpcloud.com/api"),
        "{table}"
    );
    let env = command(&["config", "--format", "env"]).finish().await.stdout;
    assert!(env.contains("\nJUMPCLOUD_API_KEY=\n") && env.contains("\n# JUMPCLOUD_API_BASE="), "{env}");
    let shipped = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.example"))
        .expect("the example");
    assert_eq!(env, shipped, "`cargo j1 config -p jumpcloud --format env` writes .env.example");
    let fields: Value =
        serde_json::from_str(&command(&["config", "--format", "json"]).finish().await.stdout).expect("JSON");
    assert_eq!(fields["configFields"][0]["key"], "apiKey");
    assert_eq!(fields["configFields"][0]["mask"], true);
    assert_eq!(fields["configFields"][1]["optional"], true);
}

#[tokio::test]
async fn the_steps_are_shown_in_the_order_that_follows() {
    let steps: Value =
        serde_json::from_str(&command(&["steps", "--format", "json"]).finish().await.stdout).expect("JSON");
    let ids: Vec<_> = steps["steps"].as_array().expect("steps").iter().map(|step| &step["id"]).collect();
    assert_eq!(
        ids,
        [
            "fetch-orgs",
            "fetch-users",
            "fetch-groups",
            "fetch-group-members",
            "fetch-applications",
            "fetch-application-members",
            "fetch-apple-mdm",
            "fetch-apple-devices"
        ]
    );
    assert_eq!(steps["steps"][3]["dependsOn"], json!(["fetch-users", "fetch-groups"]));
    let mermaid = command(&["steps", "--format", "mermaid"]).finish().await.stdout;
    assert!(mermaid.contains("fetch_groups --> fetch_group_members"), "{mermaid}");
    let dot = command(&["steps", "--format", "dot"]).finish().await.stdout;
    assert!(dot.contains("\"fetch-orgs\" -> \"fetch-users\""), "{dot}");
}
