//! A double of JumpCloud that answers as the recordings do, a JupiterOne, and the binary between them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
pub use j1_test_support::{JUPITERONE_KEY, jupiterone};
use serde_json::Value;

pub const PROVIDER_KEY: &str = "provider-key-c2VjcmV0";
pub const INSTANCE: &str = "11111111-2222-4333-8444-555555555555";

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
        let mut command = Command::new(env!("CARGO_BIN_EXE_jumpcloud"));
        command.args(arguments).current_dir(folder.path()).env_clear().stdin(Stdio::null());
        Self { command, folder }
    }

    /// A run into this JupiterOne that waits for the job's end and prints the summary as JSON.
    pub fn into(url: &str, arguments: &[&str]) -> Self {
        Self::new(&[&["run", "--wait", "--output", "json"], arguments].concat())
            .env("JUPITERONE_API_BASE", url)
            .env("JUPITERONE_API_KEY", JUPITERONE_KEY)
            .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
    }

    /// Reads this double of JumpCloud.
    pub fn reading(self, provider: &Provider) -> Self {
        self.env("JUMPCLOUD_API_BASE", &provider.base).env("JUMPCLOUD_API_KEY", PROVIDER_KEY)
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
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

    /// Starts it, and leaves it running.
    pub fn start(mut self) -> (std::process::Child, tempfile::TempDir) {
        let child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        (child, self.folder)
    }
}

impl Ran {
    /// The JSON summary; the run ended with this code.
    pub fn summary(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        let summary: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout));
        assert_eq!(summary["exitCode"], code);
        summary
    }
}

/// Created, updated and deleted: entities, then relationships.
pub fn changes(summary: &Value) -> [u64; 6] {
    [
        "EntitiesCreated",
        "EntitiesUpdated",
        "EntitiesDeleted",
        "RelationshipsCreated",
        "RelationshipsUpdated",
        "RelationshipsDeleted",
    ]
    .map(|name| {
        summary["job"][format!("num{name}")].as_u64().unwrap_or_else(|| panic!("{name}: {summary:#}"))
    })
}

/// The partial types, in order.
pub fn partial(summary: &Value) -> Vec<String> {
    let types = summary["partialDatasets"]["types"].as_array().expect("types");
    types.iter().map(|ty| ty.as_str().expect("a type").to_owned()).collect()
}
