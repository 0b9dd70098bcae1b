//! Each guard of the engine, against a step that needs it.

use std::process::Command;

use serde_json::{Value, json};

/// Collects with one fault; the summary, and what was collected of a type.
fn collect(fault: &str, teams: &Value) -> (Value, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let users = json!([
        { "id": "ada", "name": "Ada", "team": "engine" },
        { "id": "grace", "name": "Grace", "team": "compiler" },
    ]);
    let answers = [
        ("teams", teams.clone()),
        ("users", users),
        ("partners", json!([{ "id": "acme", "team": "compiler" }])),
        ("users/ada/badges", json!([{ "id": "b1" }])),
        ("users/grace/badges", json!([{ "id": "b2" }])),
    ];
    let entries: Vec<_> = answers
        .iter()
        .map(|(path, body)| {
            json!({
                "request": { "method": "GET", "url": format!("https://faulty.example/{path}") },
                "response": { "status": 200, "content": { "text": body.to_string() } },
            })
        })
        .collect();
    let har = folder.path().join("all.har");
    std::fs::write(&har, json!({ "log": { "entries": entries } }).to_string()).expect("it is written");
    let output = Command::new(env!("CARGO_BIN_EXE_faulty"))
        .args(["collect", "--output", "json", "--replay"])
        .arg(&har)
        .env_clear()
        .env("FAULTY_FAULT", fault)
        .env("J1_ENABLED_SOURCES", "visits")
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {text}"));
    let mut written = Vec::new();
    for entry in std::fs::read_dir(folder.path().join(".j1-integration/graph/fetch-teams/entities"))
        .into_iter()
        .flatten()
    {
        let file = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        let file: Value = serde_json::from_str(&file).expect("JSON");
        written
            .extend(file["entities"].as_array().expect("entities").iter().map(|team| team["name"].clone()));
    }
    (summary, written.into())
}

fn teams() -> Value {
    json!([{ "id": "engine", "name": "Engine" }, { "id": "compiler", "name": "Compiler" }])
}

fn partial(summary: &Value) -> &Value {
    &summary["partialDatasets"]["types"]
}

/// Returns the reason why the types of a step are partial.
fn reason(summary: &Value, step: usize) -> &str {
    summary["steps"][step]["partial"][0]["reason"].as_str().unwrap_or_else(|| panic!("{summary:#}"))
}

#[test]
fn without_a_fault_everything_is_complete() {
    let (summary, written) = collect("none", &teams());
    assert_eq!(summary["status"], "complete", "{summary:#}");
    assert_eq!(*partial(&summary), json!([]));
    assert_eq!(summary["types"]["faulty_team_has_user"], 2);
    assert_eq!(written, json!(["Engine", "Compiler"]));
}

#[test]
fn a_panic_is_that_steps_failure_and_what_it_added_is_kept() {
    let (summary, written) = collect("panic", &teams());
    assert_eq!(summary["exitCode"], 5);
    assert_eq!(summary["steps"][0]["status"], "failure");
    assert!(
        reason(&summary, 0).contains("J1-R2010") && reason(&summary, 0).contains("a bug of the author's")
    );
    assert_eq!(written, json!(["Engine"]));
    // Grace's team was not read, so it is unknown whether she has one.
    assert_eq!(summary["dropped"][0]["code"], "J1-R2003");
    let types = partial(&summary).as_array().expect("types");
    for ty in ["faulty_team", "faulty_team_has_user", "faulty_team_has_partner"] {
        assert!(types.contains(&json!(ty)), "{ty} in {types:?}");
    }
    // The users were read in full, and only their relationships build on the teams.
    for ty in ["faulty_user", "faulty_badge", "faulty_partner"] {
        assert!(!types.contains(&json!(ty)), "{ty} in {types:?}");
    }
}

#[test]
fn an_end_that_another_step_did_not_read_protects_the_relationship() {
    let (summary, _) = collect("panic", &teams());
    assert_eq!(summary["steps"][3]["status"], "success", "it waits for no other step");
    assert!(
        partial(&summary).as_array().expect("types").contains(&json!("faulty_team_has_partner")),
        "{summary:#}"
    );
    assert!(reason(&summary, 3).contains("may be among what was not read"), "{summary:#}");
}

#[test]
fn an_error_of_the_integration_keeps_its_code() {
    let (summary, _) = collect("error-of-ones-own", &teams());
    assert!(reason(&summary, 0).contains("[J1-R2000] the provider is on holiday"), "{summary:#}");
}

#[test]
fn a_relationship_to_a_missing_object_is_named_and_protects_nothing() {
    let (summary, _) = collect("none", &json!([{ "id": "engine", "name": "Engine" }]));
    let dropped: Vec<_> =
        summary["dropped"].as_array().expect("dropped").iter().map(|d| &d["type"]).collect();
    assert_eq!(dropped.len(), 2, "{dropped:?}");
    assert!(summary["dropped"].as_array().expect("dropped").iter().all(|d| d["code"] == "J1-R2003"));
    // All teams were read: Grace's is gone, and so is what tied her to it.
    assert_eq!(*partial(&summary), json!([]));
    assert_eq!(summary["exitCode"], 0);
}

#[test]
fn a_list_that_is_dropped_is_not_complete() {
    let (summary, _) = collect("list-dropped", &teams());
    assert!(reason(&summary, 0).contains("without its `finish()`"), "{summary:#}");
}

#[test]
fn outcomes_that_are_gathered_and_dropped_are_not_complete() {
    let (summary, _) = collect("outcomes-dropped", &teams());
    assert_eq!(*partial(&summary), json!(["faulty_badge"]));
    assert!(reason(&summary, 2).contains("`absorb(..)`"), "{summary:#}");
}

#[test]
fn a_step_that_stops_early_is_not_complete() {
    let (summary, _) = collect("stopped-early", &teams());
    assert_eq!(*partial(&summary), json!(["faulty_badge"]));
    assert!(reason(&summary, 2).contains("stopped before the last `User`"), "{summary:#}");
}
