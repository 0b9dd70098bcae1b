//! Drift of a provider's responses, as an author sees it.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Collects from recordings in which the provider has these users; the exit code, the summary, and what was said.
fn collect(folder: &Path, users: &Value, arguments: &[&str]) -> (i32, Value, String) {
    let answers = [
        ("teams", json!([{ "id": "engine", "name": "Engine" }])),
        ("users", users.clone()),
        ("partners", json!([])),
        ("users/ada1815x/badges", json!([{ "id": "b1" }])),
        ("users/grace1906/badges", json!([{ "id": "b2" }])),
    ];
    let entry = |(path, body): &(&str, Value)| {
        json!({
            "request": { "method": "GET", "url": format!("https://faulty.example/{path}") },
            "response": { "status": 200, "content": { "text": body.to_string() } },
        })
    };
    let entries: Vec<_> = answers.iter().map(entry).collect();
    let har = json!({ "log": { "entries": entries } });
    std::fs::write(folder.join("all.har"), har.to_string()).expect("it is written");
    let output = Command::new(env!("CARGO_BIN_EXE_faulty"))
        .args(["collect", "--output", "json", "--replay", "all.har"])
        .args(arguments)
        .env_clear()
        .env("FAULTY_FAULT", "none")
        .current_dir(folder)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {text}"));
    (output.status.code().expect("a code"), summary, text)
}

fn users() -> Value {
    json!([
        { "id": "ada1815x", "name": "Ada", "team": "engine", "state": "active", "logins": 1, "tags": [] },
        { "id": "grace1906", "name": "Grace", "team": null, "state": "active", "logins": 2, "tags": [] },
    ])
}

/// Lists the differences: kind, path, finding, count.
fn differences(summary: &Value) -> Vec<Value> {
    let all = summary["drift"]["differences"].as_array().unwrap_or_else(|| panic!("{summary:#}"));
    all.iter().map(|one| json!([one["kind"], one["path"], one["found"], one["count"]])).collect()
}

#[test]
fn learnt_shapes_are_known_and_changes_are_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let shapes = folder.path().join("j1.shapes.json");
    let (code, summary, _) = collect(folder.path(), &users(), &["--drift", "learn"]);
    assert_eq!((code, &summary["drift"]), (0, &Value::Null));
    let text = std::fs::read_to_string(&shapes).expect("the shapes");
    assert!(
        text.contains(r#""GET /users/*/badges": {"#) && text.contains(r#""/*/team": ["null", "string"]"#),
        "{text}"
    );
    assert!(!text.contains("Grace"), "shapes hold no data: {text}");

    // An author writes down which words there are.
    let words = r#""/*/state": { "types": ["string"], "values": ["active", "gone"] }"#;
    std::fs::write(&shapes, text.replace(r#""/*/state": ["string"]"#, words)).expect("it is written");
    let known = ["--shapes", "j1.shapes.json"];
    let (code, summary, said) =
        collect(folder.path(), &users(), &[&known[..], &["--drift", "fail"]].concat());
    assert_eq!(code, 0, "{said}");
    assert_eq!(summary["drift"], json!({ "answers": 5, "looked": 5, "differences": [], "more": 0 }));

    let mut changed = users();
    changed[0]["name"] = json!("Ada L.");
    changed[0]["state"] = json!("asleep");
    changed[1]["logins"] = json!(2.5);
    changed[1]["tags"] = json!(["x"]);
    changed[1]["manager"] = json!({ "id": 1 });
    changed[1]["state"] = json!(null);
    let expected = [
        json!(["type", "/*/logins", "number", 1]),
        json!(["field", "/*/manager", "object", 1]),
        json!(["null", "/*/state", "null", 1]),
        json!(["value", "/*/state", "asleep", 1]),
        json!(["field", "/*/tags/*", "string", 1]),
    ];
    let (code, summary, said) = collect(folder.path(), &changed, &known);
    assert_eq!(code, 0, "told, and nothing else: {said}");
    assert_eq!(summary["status"], "complete");
    assert_eq!(differences(&summary), expected);
    assert!(said.contains("`GET /users` has a new member `/*/manager`, object (once)"), "{said}");

    let (code, summary, _) = collect(folder.path(), &changed, &[&known[..], &["--drift", "fail"]].concat());
    assert_eq!((code, &summary["error"]["code"]), (8, &json!("J1-R1104")));
    assert_eq!(differences(&summary), expected);
    let (code, summary, said) = collect(folder.path(), &changed, &[&known[..], &["--drift", "off"]].concat());
    assert_eq!((code, &summary["drift"]), (0, &Value::Null));
    assert!(!said.contains("manager"), "{said}");

    // Entries written by hand stay when more is learnt.
    let (code, ..) = collect(folder.path(), &changed, &["--drift", "learn"]);
    assert_eq!(code, 0);
    let text = std::fs::read_to_string(&shapes).expect("the shapes");
    assert!(text.contains(r#""values": ["active", "asleep", "gone"]"#), "{text}");
    let (code, ..) = collect(folder.path(), &changed, &[&known[..], &["--drift", "fail"]].concat());
    assert_eq!(code, 0);
}

#[test]
fn without_shapes_nothing_is_compared_and_their_absence_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, summary, said) = collect(folder.path(), &users(), &[]);
    assert_eq!((code, &summary["drift"], said.contains("drift")), (0, &Value::Null, false));
    let (code, summary, _) = collect(folder.path(), &users(), &["--drift", "fail"]);
    assert_eq!((code, &summary["error"]["code"]), (3, &json!("J1-R1105")));
    std::fs::write(folder.path().join("bad.json"), r#"{"GET /users":{"":["text"]}}"#).expect("it is written");
    let (code, summary, _) = collect(folder.path(), &users(), &["--shapes", "bad.json"]);
    assert_eq!(code, 3);
    assert!(summary["error"]["message"].as_str().is_some_and(|text| text.contains("`text`")), "{summary:#}");
}

#[test]
fn shapes_that_never_repeat_do_not_fill_the_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let named: serde_json::Map<String, Value> =
        (0..5000).map(|n| (format!("host-{n}"), json!({ "up": true }))).collect();
    let mut all = users();
    all[0]["hosts"] = Value::Object(named);
    collect(folder.path(), &all, &["--drift", "learn"]);
    let text = std::fs::read_to_string(folder.path().join("j1.shapes.json")).expect("the shapes");
    assert!(text.contains(r#""/*/hosts/*/up": ["boolean"]"#) && !text.contains("host-1"), "{text}");
    let known = ["--drift", "fail", "--shapes", "j1.shapes.json"];
    assert_eq!(collect(folder.path(), &all, &known).0, 0);
}
