//! Secrets are planted in everything that a provider says, and looked for in everything that a run writes.

mod corpus;
mod escapes;
mod scanner;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use j1_local::LocalJupiterOne;
use serde_json::{Value, json};

use corpus::{CONFIGURED, Shape, VALUE, shapes};
use scanner::Scanner;

const JUPITERONE_KEY: &str = "jupiterone-key-77c1e0";

/// Builds a scanner for everything that must not be found: the configured secrets, their halves, and planted ones.
fn everything(shapes: &[Shape]) -> Scanner {
    let mut needles: Vec<String> = configured();
    needles.extend([VALUE.to_owned(), JUPITERONE_KEY.to_owned()]);
    for shape in shapes.iter().filter(|shape| !shape.configured && shape.name.ends_with("in a sentence")) {
        let token = shape.text.strip_prefix("it uses ").and_then(|text| text.strip_suffix(" for that"));
        needles.push(token.expect("a token").to_owned());
    }
    Scanner::new(needles.iter().map(String::as_str))
}

/// Lists the secrets that must not be found in entities either.
fn configured() -> Vec<String> {
    let halves = CONFIGURED.iter().flat_map(|(_, secret)| {
        let half = (0..=secret.len() / 2).rev().find(|at| secret.is_char_boundary(*at)).expect("0 is one");
        [secret[..half].to_owned(), secret[half..].to_owned()]
    });
    // A half of a short password is a few letters, and half of a PEM begins as all of them do.
    let halves = halves.filter(|half| half.len() >= 14 && !half.contains("-----") && !half.contains(' '));
    CONFIGURED.iter().map(|(_, secret)| (*secret).to_owned()).chain(halves).collect()
}

/// A provider that says all of it everywhere.
async fn provider(shapes: &[Shape]) -> String {
    let texts: Arc<Vec<String>> = Arc::new(shapes.iter().map(|shape| shape.text.clone()).collect());
    let app = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: String| {
        let texts = Arc::clone(&texts);
        async move { answer(&texts, &uri, &headers, &body) }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    base
}

fn answer(texts: &[String], uri: &Uri, headers: &HeaderMap, body: &str) -> (StatusCode, String) {
    let records = |record: fn(usize, &String) -> Value| -> Value {
        texts.iter().enumerate().map(|(number, text)| record(number, text)).collect()
    };
    let (place, number) = uri.path()[1..].split_once('/').unwrap_or((&uri.path()[1..], ""));
    let text = number.parse().ok().and_then(|number: usize| texts.get(number));
    match (place, text) {
        ("said", None) => (StatusCode::OK, json!(texts).to_string()),
        ("notes", _) => {
            let notes = records(|number, text| json!({ "id": number.to_string(), "text": text }));
            (StatusCode::OK, notes.to_string())
        }
        ("raw", _) => {
            let raw = texts.iter().enumerate().map(|(number, text)| {
                let deep =
                    json!([{ "text": format!("said {text}") }, { "password": text, "apiToken": [text] }]);
                json!({ "id": number.to_string(), "text": text, "deep": deep, text: 1 })
            });
            (StatusCode::OK, raw.collect::<Value>().to_string())
        }
        ("strange", _) => {
            (StatusCode::OK, records(|_, text| json!({ "id": text, "count": text })).to_string())
        }
        ("said", Some(text)) => (StatusCode::OK, json!({ "other": text }).to_string()),
        ("refused", Some(text)) => (StatusCode::BAD_REQUEST, text.clone()),
        _ => (StatusCode::NOT_FOUND, format!("no {uri} for {body} with {headers:?}")),
    }
}

/// Runs the integration that says everywhere what its provider says.
async fn run(base: &str, arguments: &[&str], more: &[(&str, &str)], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leaky"));
    command.args(arguments).args(["-v", "-v", "--output", "json"]).current_dir(folder).env_clear();
    command.env("LEAKY_API_BASE", base).envs(CONFIGURED).envs(more.iter().copied());
    command.env("RUST_LOG", "debug").env("RUST_BACKTRACE", "1");
    let output = tokio::task::spawn_blocking(move || command.output());
    output.await.expect("it runs").expect("it starts")
}

/// The events of a job, one a line.
async fn told(jupiterone: &str, job: &str) -> String {
    // It fails only where another test was first, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = format!("{jupiterone}/persister/synchronization/jobs/{job}/events");
    let answer = reqwest::Client::new().get(url).bearer_auth(JUPITERONE_KEY).send().await.expect("an answer");
    let answer: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    let events = answer["events"].as_array().expect("events");
    events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

/// Every file below a folder, as one text each.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            all.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    all
}

/// Fails for the first text that holds a secret.
fn clean(scanner: &Scanner, what: &str, text: &str) {
    let hits = scanner.hits(text);
    if !hits.is_empty() {
        let line = text.lines().find(|line| !scanner.hits(line).is_empty()).unwrap_or_default();
        let shown: String = line.chars().take(2000).collect();
        panic!("{what} holds {hits:?}: {shown}");
    }
}

#[test]
fn the_scanner_finds_every_shape_that_is_not_taken_out() {
    let shapes = shapes();
    assert!(shapes.len() >= 200, "{} shapes", shapes.len());
    let (all, own) = (everything(&shapes), configured());
    let own = Scanner::new(own.iter().map(String::as_str));
    for shape in &shapes {
        assert!(!all.hits(&shape.text).is_empty(), "{}: {}", shape.name, shape.text);
        // Not only as it is, but as a line of a log, and as a summary writes it.
        let quoted = json!({ "reason": format!("a: {}", shape.text) }).to_string();
        assert!(!all.hits(&quoted).is_empty(), "{}: {quoted}", shape.name);
        assert_eq!(!own.hits(&shape.text).is_empty(), shape.configured, "{}", shape.name);
    }
    assert!(all.hits("nothing at all, 0123456789abcdef, cGxhaW4gdGV4dA==").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_secret_is_in_logs_summaries_recordings_or_what_is_collected() {
    let shapes = shapes();
    let scanner = everything(&shapes);
    let base = provider(&shapes).await;
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(&base, &["collect", "--record", "recorded"], &[], folder.path()).await;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stderr}"));
    assert_eq!(summary["exitCode"], 5, "{summary:#}");
    // Everything was said: it is the redaction that makes it not to be seen.
    assert!(stderr.contains("the provider said ") && stderr.contains("panicked at"), "{stderr}");
    assert!(stderr.matches("***").count() > shapes.len(), "{stderr}");
    clean(&scanner, "the log", &stderr);
    clean(&scanner, "the summary", &stdout);
    let recorded = files(&folder.path().join("recorded"));
    assert_eq!(
        recorded.len(),
        11,
        "a file for each step, one for the requests before, and the configuration"
    );
    for (name, text) in recorded {
        clean(&scanner, &name, &text);
    }
    let own = configured();
    let own = Scanner::new(own.iter().map(String::as_str));
    let collected = files(&folder.path().join(".j1-integration"));
    for (name, text) in &collected {
        clean(&own, name, text);
        // Raw data is not chosen value by value, so secrets of other owners are removed from it as well.
        if name.contains("fetch-raw") {
            clean(&scanner, name, text);
            assert!(text.contains("_rawData") && text.contains("said ***"), "{text}");
        }
    }
    assert_eq!(summary["types"]["leaky_raw"], shapes.len());
    assert_eq!(summary["rawDataDropped"], json!([]), "all of it is sent, without the secrets");
    // An object that holds a configured secret is left out and named; every other one is there.
    let left_out = summary["dropped"].as_array().expect("dropped");
    assert!(left_out.iter().all(|dropped| dropped["code"] == "J1-R2020"), "{left_out:#?}");
    let planted = shapes.iter().filter(|shape| shape.configured).count();
    assert_eq!(left_out.len(), planted, "{left_out:#?}");
    assert_eq!(summary["types"]["leaky_note"], shapes.len() - planted);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_secret_comes_to_jupiterone() {
    let shapes = shapes();
    let base = provider(&shapes).await;
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("jupiterone.db");
    let j1 = LocalJupiterOne::builder()
        .database(&database)
        .api_key(JUPITERONE_KEY)
        .start()
        .await
        .expect("it starts");
    let into = [
        ("JUPITERONE_API_BASE", j1.url()),
        ("JUPITERONE_API_KEY", JUPITERONE_KEY),
        ("JUPITERONE_INTEGRATION_INSTANCE_ID", "11111111-2222-4333-8444-555555555555"),
    ];
    let output = run(&base, &["run", "--wait"], &into, folder.path()).await;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stderr}"));
    assert_eq!(summary["job"]["status"], "FINISHED", "{summary:#}");
    let told = told(j1.url(), summary["job"]["id"].as_str().expect("a job")).await;
    assert_eq!(told.matches("the provider told ").count(), shapes.len(), "{told}");
    assert!(told.contains("warn_incomplete_data") && told.contains("warn_missing_permission"), "{told}");
    clean(&everything(&shapes), "the events of the job", &told);
    let aborted = run(&base, &["run", "--on-partial", "abort"], &into, folder.path()).await;
    assert_eq!(aborted.status.code(), Some(6));
    j1.shutdown().await.expect("it ends");
    let scanner = everything(&shapes);
    for text in
        [stdout, stderr, String::from_utf8_lossy(&aborted.stdout), String::from_utf8_lossy(&aborted.stderr)]
    {
        clean(&scanner, "what is written", &text);
    }
    let own = configured();
    let own = Scanner::new(own.iter().map(String::as_str));
    for (name, text) in files(folder.path()).iter().filter(|(name, _)| name.contains("jupiterone.db")) {
        clean(&own, name, text);
    }
}
