//! A double of SentinelOne that answers as the recordings do, a JupiterOne, and the binary between them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use j1_local::Server;
pub use j1_test_support::{Program, jupiterone};
use serde_json::Value;

pub const TOKEN: &str = "provider-token-c2VjcmV0";

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

/// Prepares a run of the binary with these arguments.
pub fn command(arguments: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_sentinelone"), arguments)
}

/// Prepares a run of the binary into this JupiterOne.
pub fn run_into(j1: &Server) -> Program {
    Program::into(env!("CARGO_BIN_EXE_sentinelone"), j1.url(), &[])
}

/// Lets a run read a double.
pub trait Reading {
    /// Reads this double of SentinelOne.
    fn reading(self, console: &Console) -> Self;
}

impl Reading for Program {
    fn reading(self, console: &Console) -> Self {
        self.env("SENTINELONE_SERVER_URL", &console.url).env("SENTINELONE_API_TOKEN", TOKEN)
    }
}

/// Returns the numbers of created, updated and deleted entities, relationships and mapped relationships.
pub fn changes(summary: &Value) -> [u64; 9] {
    j1_test_support::changes(summary, &["Entities", "Relationships", "MappedRelationships"])
}
