//! A client of the local JupiterOne that speaks plain HTTP over a socket, and a server to speak to.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use j1_local::{Builder, Clock, LocalJupiterOne, Server};
use serde_json::{Value, json};
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};

pub const JOBS: &str = "/persister/synchronization/jobs";

/// The time of every test server, unless it says otherwise.
pub const NOW: i64 = 1_700_000_000_000;

/// A server in this process, on a runtime of its own.
pub struct Local {
    runtime: Runtime,
    server: Option<Server>,
    pub client: Client,
}

impl Local {
    /// In memory, without a key.
    pub fn start() -> Self {
        Self::with(LocalJupiterOne::builder().clock(Clock::fixed(NOW)))
    }

    pub fn with(builder: Builder) -> Self {
        let runtime = RuntimeBuilder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(builder.start()).unwrap();
        let client = Client::new(server.url(), server.api_key());
        Self { runtime, server: Some(server), client }
    }

    pub fn stop(mut self) {
        self.runtime.block_on(self.server.take().unwrap().shutdown()).unwrap();
    }
}

/// The response to a request.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The body of an answer that is expected to be a success.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// Status and code of an answer that is expected to be an error in the official shape.
    pub fn error(&self) -> (u16, String) {
        let body = self.json();
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        (self.status, body["error"]["code"].as_str().unwrap().to_owned())
    }
}

/// Sends requests, one connection each.
#[derive(Clone)]
pub struct Client {
    pub address: String,
    pub key: Option<String>,
}

impl Client {
    pub fn new(url: &str, key: Option<&str>) -> Self {
        Self { address: url.strip_prefix("http://").unwrap().to_owned(), key: key.map(str::to_owned) }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let host =
            (!headers.iter().any(|(name, _)| *name == "Host")).then_some(("Host", self.address.as_str()));
        let key = self.key.as_ref().map(|key| format!("Bearer {key}"));
        let key = key.as_deref().map(|key| ("Authorization", key));
        let length = body.len().to_string();
        let own = [("Connection", "close"), ("Content-Length", length.as_str())];
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in own.iter().chain(headers).chain(&host).chain(&key) {
            for part in [name, ": ", value, "\r\n"] {
                head.push_str(part);
            }
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            !head.to_ascii_lowercase().contains("transfer-encoding"),
            "chunked answers are not read here"
        );
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, text: text.to_owned() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    pub fn start(&self, body: &Value) -> Job<'_> {
        let job = self.post(JOBS, body).ok();
        Job { client: self, id: job["job"]["id"].as_str().unwrap().to_owned() }
    }

    /// A DIFF job of this instance.
    pub fn diff(&self, instance: &str) -> Job<'_> {
        self.start(&json!({ "source": "integration-external", "integrationInstanceId": instance }))
    }

    /// Runs a whole DIFF job and returns it as it ended.
    pub fn run(
        &self,
        instance: &str,
        entities: &[Value],
        relationships: &[Value],
        partial: &[&str],
    ) -> Value {
        let job = self.diff(instance);
        job.upload(entities, relationships).ok();
        job.finish(partial)
    }

    /// The rows of a query, all pages of it.
    pub fn query(&self, text: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "query": text, "cursor": cursor });
            let body = json!({ "query": "query Q { queryV1(query: $query) { type data cursor } }", "variables": variables });
            let page = self.post("/graphql", &body).ok();
            assert!(page.get("errors").is_none(), "{page}");
            rows.extend(page["data"]["queryV1"]["data"].as_array().unwrap().iter().cloned());
            cursor = page["data"]["queryV1"]["cursor"].clone();
            if cursor.is_null() {
                return rows;
            }
        }
    }

    /// The `_key`s of the entities of an instance, sorted.
    pub fn keys(&self, instance: &str) -> Vec<String> {
        let rows = self.query(&format!("FIND * WITH _integrationInstanceId = '{instance}'"));
        let mut keys: Vec<_> =
            rows.iter().map(|row| row["entity"]["_key"].as_str().unwrap().to_owned()).collect();
        keys.sort();
        keys
    }

    /// Counts the relationships of a type.
    pub fn count(&self, list: &str, type_name: &str) -> i64 {
        let types = self.get("/local/types").ok();
        let rows = types[list].as_array().unwrap().iter().filter(|row| row["_type"] == type_name);
        rows.map(|row| row["count"].as_i64().unwrap()).sum()
    }
}

/// A job that was started.
pub struct Job<'c> {
    pub client: &'c Client,
    pub id: String,
}

impl Job<'_> {
    pub fn path(&self, rest: &str) -> String {
        format!("{JOBS}/{}{rest}", self.id)
    }

    pub fn status(&self) -> Value {
        self.client.get(&self.path("")).ok()["job"].clone()
    }

    pub fn upload(&self, entities: &[Value], relationships: &[Value]) -> Answer {
        self.client
            .post(&self.path("/upload"), &json!({ "entities": entities, "relationships": relationships }))
    }

    pub fn entities(&self, entities: &[Value]) -> Answer {
        self.client.post(&self.path("/entities"), &json!({ "entities": entities }))
    }

    pub fn finalize(&self, partial: &[&str]) -> Answer {
        self.client.post(&self.path("/finalize"), &json!({ "partialDatasets": { "types": partial } }))
    }

    /// Finalizes and asks until the job has ended.
    pub fn finish(&self, partial: &[&str]) -> Value {
        self.finalize(partial).ok();
        self.wait()
    }

    /// Asks until the job has ended.
    pub fn wait(&self) -> Value {
        until_done(|| self.status())
    }
}

/// Asks for a job until it has ended, for a minute at most.
pub fn until_done(ask: impl Fn() -> Value) -> Value {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let job = ask();
        if job["done"] == true {
            return job;
        }
        assert!(Instant::now() < deadline, "the job does not end: {job}");
        std::thread::yield_now();
    }
}

/// A user with all that an upload requires.
pub fn user(key: &str, name: &str) -> Value {
    entity("acme_user", "User", key, name)
}

pub fn entity(type_name: &str, class: &str, key: &str, name: &str) -> Value {
    json!({ "_key": key, "_type": type_name, "_class": class, "name": name, "displayName": name })
}

/// The relationship `from HAS to`.
pub fn has(from: &str, to: &str) -> Value {
    json!({
        "_key": format!("{from}|has|{to}"), "_type": "acme_group_has_user", "_class": "HAS",
        "_fromEntityKey": from, "_toEntityKey": to, "displayName": "HAS"
    })
}

/// Created, updated and deleted of a finished job: `which` is `Entities`, `Relationships` or `MappedRelationships`.
pub fn changes(job: &Value, which: &str) -> (u64, u64, u64) {
    assert_eq!(job["status"], "FINISHED", "{job}");
    let count = |what| job[format!("num{which}{what}")].as_u64().unwrap();
    (count("Created"), count("Updated"), count("Deleted"))
}
