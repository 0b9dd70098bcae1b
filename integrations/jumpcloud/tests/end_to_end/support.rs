//! A double of JumpCloud that answers as the recordings do, a JupiterOne, and the binary between them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
pub use j1_test_support::{INSTANCE, JUPITERONE_KEY, Program, Ran, jupiterone};
use serde_json::Value;

pub const PROVIDER_KEY: &str = "provider-key-c2VjcmV0";

/// The second organization of the recordings.
pub const LABORATORY: &str = "65312850d5ffead205559abc";

/// Names a request by path and query, with `lab:` before it for the second organization.
fn called(target: &str, organization: Option<&str>) -> String {
    let of_laboratory = organization == Some(LABORATORY);
    format!("{}{target}", if of_laboratory { "lab:" } else { "" })
}

/// The recordings that the integration ships.
pub fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

/// A response of the double: status and body.
#[derive(Clone)]
pub struct Answer(pub u16, pub String);

impl Answer {
    /// The response, with the count that JumpCloud sends with every list of version 2.
    fn counted(self, total: Option<&String>) -> Response {
        let mut response = self.into_response();
        if let Some(total) = total {
            response.headers_mut().insert("x-total-count", total.parse().expect("a header"));
        }
        response
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0).expect("a status");
        (status, [("content-type", "application/json")], self.1).into_response()
    }
}

/// A double of JumpCloud: it answers as the recordings do, unless told otherwise.
pub struct Provider {
    pub base: String,
    /// Path and query of every request, without the `/api` they begin with, and with `lab:` before those about the second
    /// organization.
    pub asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Provider {
    /// A double that answers as the recordings do.
    pub async fn start() -> Self {
        Self::answering(|_| None).await
    }

    /// A double that answers a request as `otherwise` says, and as the recordings do where it says nothing.
    pub async fn answering(otherwise: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let (recorded, totals) = (Arc::new(recorded_answers()), Arc::new(recorded_totals()));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (otherwise, seen) = (Arc::new(otherwise), Arc::clone(&asked));
        let app = Router::new().fallback(move |headers: HeaderMap, request: Request| {
            let (recorded, otherwise, seen) =
                (Arc::clone(&recorded), Arc::clone(&otherwise), Arc::clone(&seen));
            let totals = Arc::clone(&totals);
            async move {
                let target = request.uri().path_and_query().map_or("", |target| target.as_str());
                let organization = headers.get("x-org-id").and_then(|id| id.to_str().ok());
                let target = called(target.strip_prefix("/api").unwrap_or(target), organization);
                seen.lock().expect("no test panicked").push(target.clone());
                if headers.get("x-api-key").is_none_or(|key| key != PROVIDER_KEY) {
                    return Answer(401, r#"{"message":"Unauthorized"}"#.to_owned()).into_response();
                }
                let unknown = || Answer(404, format!(r#"{{"message":"no recording of {target}"}}"#));
                let answer = otherwise(&target).or_else(|| recorded.get(&target).cloned());
                answer.unwrap_or_else(unknown).counted(totals.get(&target))
            }
        });
        let (base, task) = serve(app).await;
        Self { base: format!("{base}/api"), asked, task }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves on a free port of the loopback.
pub async fn serve(app: Router) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (base, task)
}

/// The responses of the recordings, by the name of the request.
pub fn recorded_answers() -> HashMap<String, Answer> {
    recorded_entries(|response| {
        let status = u16::try_from(response["status"].as_u64().expect("a status")).expect("a status");
        Some(Answer(status, response["content"]["text"].as_str().expect("a body").to_owned()))
    })
}

/// The counts of the recordings, by the name of the request.
fn recorded_totals() -> HashMap<String, String> {
    recorded_entries(|response| {
        let headers = response["headers"].as_array().expect("headers");
        let total = headers.iter().find(|header| header["name"] == "x-total-count")?;
        Some(total["value"].as_str().expect("a value").to_owned())
    })
}

fn recorded_entries<T>(read: impl Fn(&Value) -> Option<T>) -> HashMap<String, T> {
    let mut answers = HashMap::new();
    for file in std::fs::read_dir(recordings()).expect("the recordings") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a recording");
        let har: Value = serde_json::from_str(&text).expect("JSON");
        for entry in har["log"]["entries"].as_array().expect("entries") {
            let url = entry["request"]["url"].as_str().expect("a URL");
            let target = url.strip_prefix("https://console.jumpcloud.com/api").expect("JumpCloud");
            let headers = entry["request"]["headers"].as_array().expect("headers");
            let organization = headers.iter().find(|header| header["name"] == "x-org-id");
            let target = called(target, organization.and_then(|header| header["value"].as_str()));
            if let Some(response) = read(&entry["response"]) {
                answers.insert(target, response);
            }
        }
    }
    answers
}

/// The recorded answer to one request, as JSON.
pub fn recorded(target: &str) -> Value {
    serde_json::from_str(&recorded_answers()[target].1).expect("JSON")
}

/// A client of the test's own.
pub fn http() -> reqwest::Client {
    // It fails only if another test has installed the provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// Prepares a run of the binary with these arguments.
pub fn command(arguments: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_jumpcloud"), arguments)
}

/// Prepares a run of the binary into the JupiterOne at this URL.
pub fn run_into(url: &str, arguments: &[&str]) -> Program {
    Program::into(env!("CARGO_BIN_EXE_jumpcloud"), url, arguments)
}

/// Lets a run read a double.
pub trait Reading {
    /// Reads this double of JumpCloud.
    fn reading(self, provider: &Provider) -> Self;
}

impl Reading for Program {
    fn reading(self, provider: &Provider) -> Self {
        self.env("JUMPCLOUD_API_BASE", &provider.base).env("JUMPCLOUD_API_KEY", PROVIDER_KEY)
    }
}

/// Returns the numbers of created, updated and deleted entities, then relationships.
pub fn changes(summary: &Value) -> [u64; 6] {
    j1_test_support::changes(summary, &["Entities", "Relationships"])
}

/// Returns the partial types, sorted.
pub fn partial(summary: &Value) -> Vec<String> {
    let types = summary["partialDatasets"]["types"].as_array().expect("types");
    types.iter().map(|ty| ty.as_str().expect("a type").to_owned()).collect()
}
