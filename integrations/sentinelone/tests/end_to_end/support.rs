//! A double of SentinelOne that answers as the recordings do, a JupiterOne, and the binary between them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use j1_local::Server;
pub use j1_test_support::{JUPITERONE_KEY, jupiterone};
use serde_json::Value;

pub const TOKEN: &str = "provider-token-c2VjcmV0";
const INSTANCE: &str = "11111111-2222-4333-8444-555555555555";

pub const INFO: &str = "/web/api/v2.1/system/info";
pub const GROUPS: &str = "/web/api/v2.1/groups?limit=100";
pub const AGENTS: &str = "/web/api/v2.1/agents?limit=100";

/// A file of the integration.
pub fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A response of the double: status, content type and body.
#[derive(Clone)]
pub struct Answer(pub u16, pub &'static str, pub String);

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        Self(status, "application/json", body.to_string())
    }

    /// An error in SentinelOne's format.
    pub fn error(status: u16, title: &str) -> Self {
        Self::json(status, &serde_json::json!({ "errors": [{ "code": 0, "detail": null, "title": title }] }))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (StatusCode::from_u16(self.0).expect("a status"), [(CONTENT_TYPE, self.1)], self.2).into_response()
    }
}

/// A double of SentinelOne.
pub struct Console {
    pub url: String,
    /// Path and query of every request.
    pub asked: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Answers>>,
    task: tokio::task::JoinHandle<()>,
}

/// Responses by path and query.
type Answers = HashMap<String, Answer>;

impl Console {
    /// A double that answers as the recordings do.
    pub async fn start() -> Self {
        Self::answering(recorded_answers()).await
    }

    /// A double with these responses, and 404 for all other requests.
    pub async fn answering(answers: Answers) -> Self {
        let answers = Arc::new(Mutex::new(answers));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (all, seen) = (Arc::clone(&answers), Arc::clone(&asked));
        let app = Router::new().fallback(move |headers: HeaderMap, request: Request| {
            let target = request.uri().path_and_query().map_or("", |target| target.as_str()).to_owned();
            let known = headers.get(AUTHORIZATION).is_some_and(|sent| *sent == *format!("ApiToken {TOKEN}"));
            let answer = if known {
                let found = all.lock().expect("no test panicked").get(&target).cloned();
                found.unwrap_or_else(|| Answer::error(404, "Not Found"))
            } else {
                Answer::error(401, "Unauthorized")
            };
            seen.lock().expect("no test panicked").push(target);
            async move { answer }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self { url, asked, answers, task }
    }

    /// Sets the response to a request.
    pub fn answer(&self, target: &str, answer: Answer) {
        self.answers.lock().expect("no test panicked").insert(target.to_owned(), answer);
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Returns the recorded responses by path and query.
fn recorded_answers() -> Answers {
    let mut answers = Answers::new();
    for file in std::fs::read_dir(shipped("recordings")).expect("the recordings") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a recording");
        let har: Value = serde_json::from_str(&text).expect("JSON");
        for entry in har["log"]["entries"].as_array().expect("entries") {
            let url = entry["request"]["url"].as_str().expect("a URL");
            let target = url.strip_prefix("https://lighthouse.sentinelone.net").expect("the console");
            let body = entry["response"]["content"]["text"].as_str().expect("a body");
            answers.insert(target.to_owned(), Answer(200, "application/json", body.to_owned()));
        }
    }
    answers
}

/// The recorded answer to one request, as JSON.
pub fn recorded(target: &str) -> Value {
    serde_json::from_str(&recorded_answers()[target].2).expect("JSON")
}

/// The binary, with nothing of this process's configuration.
pub struct Run {
    command: Command,
    // The working folder, which has no `.env`.
    folder: tempfile::TempDir,
}

/// The result of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelone"));
        command.args(arguments).current_dir(folder.path()).env_clear().stdin(Stdio::null());
        Self { command, folder }
    }

    /// A run into this JupiterOne that waits for the job's end and prints the summary as JSON.
    pub fn into(j1: &Server) -> Self {
        Self::new(&["run", "--wait", "--output", "json"])
            .env("JUPITERONE_API_BASE", j1.url())
            .env("JUPITERONE_API_KEY", JUPITERONE_KEY)
            .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
    }

    /// Reads this console.
    pub fn reading(self, console: &Console) -> Self {
        self.env("SENTINELONE_SERVER_URL", &console.url).env("SENTINELONE_API_TOKEN", TOKEN)
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end.
    pub async fn finish(self) -> Ran {
        self.keeping_folder().await.0
    }

    /// Runs it to its end, and returns the folder it ran in.
    pub async fn keeping_folder(mut self) -> (Ran, tempfile::TempDir) {
        let output =
            tokio::task::spawn_blocking(move || self.command.output().map(|output| (output, self.folder)));
        let (Output { status, stdout, stderr }, folder) = output.await.expect("it runs").expect("it starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (Ran { code: status.code(), stdout: text(stdout), stderr: text(stderr) }, folder)
    }
}

impl Ran {
    /// The JSON summary; the run ended with this code.
    pub fn summary(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }
}

/// Created, updated and deleted: entities, relationships, and mapped relationships.
pub fn changes(summary: &Value) -> [u64; 9] {
    let kinds = ["Entities", "Relationships", "MappedRelationships"];
    let names = kinds.map(|kind| ["Created", "Updated", "Deleted"].map(|what| format!("num{kind}{what}")));
    let count =
        |name: &String| summary["job"][name].as_u64().unwrap_or_else(|| panic!("{name}: {summary:#}"));
    let counts: Vec<u64> = names.iter().flatten().map(count).collect();
    counts.try_into().expect("nine")
}
