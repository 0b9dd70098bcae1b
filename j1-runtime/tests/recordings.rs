//! Recordings of other tools, and arbitrary files: whatever a file contains, reading it ends with recordings or an
//! error.

use std::path::Path;

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Paging};
use j1_runtime::testing::Run;
use j1_runtime::{Connect, Recordings};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(J1Config)]
struct Config {
    /// The tenant to read.
    #[j1(default = "-")]
    tenant: String,
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_notes))]
struct Acme {
    api: Client,
    tenant: String,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client("https://acme.example/")?, tenant: config.tenant })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_note", class = Record, key = "acme-note:{id}", name = id, display_name = id)]
struct Note {
    id: String,
}

#[step(emits(Note))]
async fn fetch_notes(acme: &Acme, job: &mut Job<fetch_notes>) -> Result<Outcome> {
    let mut notes = acme.api.get(&format!("{}/notes", acme.tenant)).pages::<Note>(Paging::whole());
    while let Some(note) = notes.next().await? {
        job.add(note).await?;
    }
    notes.finish()
}

fn entry() -> Value {
    json!({
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 1,
        "request": {
            "method": "GET", "url": "https://acme.example/blue/notes", "headers": [{ "name": "a", "value": "b" }],
            "cookies": [], "queryString": [], "postData": { "mimeType": "application/json", "text": "{}" },
        },
        "response": {
            "status": 200, "headers": [{ "name": "content-encoding", "value": "gzip" }], "cookies": [],
            "content": { "size": 4, "mimeType": "application/json", "encoding": "base64", "text": "[\"1f8b08\"]" },
        },
    })
}

fn har(entries: &[Value]) -> Value {
    json!({ "log": { "version": "1.2", "creator": { "name": "Polly.JS", "version": "6.0.5" }, "entries": entries } })
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).expect("it is written");
}

#[tokio::test]
async fn a_test_uses_the_configuration_that_its_recordings_were_made_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut plain = entry();
    plain["request"]["postData"] = Value::Null;
    plain["response"]["headers"] = json!([]);
    plain["response"]["content"] = json!({ "text": "[{\"id\":\"1\"}]" });
    write(folder.path(), "fetch-notes.har", har(&[plain]).to_string());
    let without = Run::<Acme>::replay(folder.path()).collect().await;
    assert_eq!(without.graph.of_type("acme_note").len(), 0, "the default tenant was not recorded");
    write(folder.path(), "config.json", json!({ "config": { "tenant": "blue" } }).to_string());
    let ran = Run::<Acme>::replay(folder.path()).collect().await;
    ran.assert_complete();
    assert_eq!(ran.graph.of_type("acme_note").len(), 1);
    let other =
        Run::<Acme>::replay(folder.path()).config(Config { tenant: "red".to_owned() }).collect().await;
    assert_eq!(other.graph.of_type("acme_note").len(), 0, "what a test says itself counts");
}

/// A value in the place of another.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "https://acme.example",
            "http://",
            "::",
            "base64",
            "gzip",
            "br",
            "deflate",
            "[\"00\"]",
            "***"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every pointer into a document.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), all));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(place, value)| pointers(value, &format!("{at}/{place}"), all));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_recording_in_which_anything_is_something_else_is_read_or_refused(
        place in any::<prop::sample::Index>(),
        other in any_json(),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut document = har(&[entry(), entry()]);
        let mut all = Vec::new();
        pointers(&document, "", &mut all);
        *document.pointer_mut(&all[place.index(all.len())]).expect("it is there") = other;
        let mut text = document.to_string().into_bytes();
        if is_cut {
            text.truncate(cut.index(text.len()));
        }
        write(folder.path(), "a.har", &text);
        if let Err(error) = Recordings::load(folder.path()) {
            prop_assert!(error.message().contains("a.har"), "{}", error);
        }
        write(folder.path(), "config.json", &text);
        let error = Recordings::load(folder.path()).err().map(|error| error.to_string());
        prop_assert!(error.is_some_and(|error| error.contains("config.json") || error.contains("a.har")));
    }
}
