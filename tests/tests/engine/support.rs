//! A provider whose answers a test writes down, a JupiterOne, and the binary between them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use j1_local::{LocalJupiterOne, Server};
use j1_runtime::testing::assert_conserved;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub const KEY: &str = "a-key-of-this-test";
pub const INSTANCE: &str = "an-instance";

/// A JupiterOne, and a folder to run in.
pub struct World {
    pub runtime: Runtime,
    server: Option<Server>,
    pub folder: tempfile::TempDir,
    /// The jobs whose deletions were looked at.
    looked_at: RefCell<BTreeSet<String>>,
    /// Variables that every run gets.
    pub variables: Vec<(&'static str, &'static str)>,
}

/// The result of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub summary: Value,
    pub stderr: String,
}

impl World {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let server = LocalJupiterOne::builder().in_memory().api_key(KEY).start();
        let server = runtime.block_on(server).expect("it starts");
        Self {
            runtime,
            server: Some(server),
            folder: tempfile::tempdir().expect("a folder"),
            looked_at: RefCell::default(),
            variables: Vec::new(),
        }
    }

    pub fn url(&self) -> String {
        self.server.as_ref().expect("it runs").url().to_owned()
    }

    /// Runs the integration `faulty`, whose provider has these lists.
    pub fn faulty(&self, args: &[&str], provider: &Provider) -> Ran {
        self.against(&self.url(), args, provider)
    }

    /// The same with JupiterOne at another address.
    pub fn against(&self, url: &str, args: &[&str], provider: &Provider) -> Ran {
        let ran = Ran::new(&self.command(url, args, provider).output().expect("it runs"));
        // A `sync` brings what its collection holds, whatever the provider has.
        let syncs = args.first() == Some(&"sync");
        self.check_conserved(|key| !syncs && provider.has(key));
        ran
    }

    /// Checks that nothing that the provider has was deleted since this was called last.
    pub fn check_conserved(&self, provider_has: impl Fn(&str) -> bool) {
        let server = self.server.as_ref().expect("it runs");
        let deleted = self.runtime.block_on(server.deleted()).expect("the data can be read");
        let mut looked_at = self.looked_at.borrow_mut();
        let new = deleted.iter().filter(|(job, _)| !looked_at.contains(job)).map(|(_, key)| key);
        assert_conserved(new, provider_has);
        looked_at.extend(deleted.iter().map(|(job, _)| job.clone()));
    }

    /// The process of such a run.
    pub fn command(&self, url: &str, args: &[&str], provider: &Provider) -> Command {
        provider.write(&self.folder.path().join("all.har"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_faulty"));
        command
            .args(args)
            .args(["--output", "json"])
            .env_clear()
            .env("FAULTY_FAULT", provider.fault)
            .envs(self.variables.iter().copied())
            .env("JUPITERONE_API_BASE", url)
            .env("JUPITERONE_API_KEY", KEY)
            .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
            .current_dir(self.folder.path());
        command
    }

    /// Uploads a run of this provider.
    pub fn run(&self, args: &[&str], provider: &Provider) -> Ran {
        self.faulty(&[&["run", "--wait", "--replay", "all.har"], args].concat(), provider)
    }

    /// Plans a run of this provider.
    pub fn plan(&self, args: &[&str], provider: &Provider) -> Ran {
        self.faulty(&[&["plan", "--replay", "all.har"], args].concat(), provider)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.shutdown()).expect("it stops");
        }
    }
}

impl Ran {
    /// A process that ended by itself.
    pub fn new(output: &Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let summary = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {stderr}"));
        Self { code: output.status.code(), summary, stderr }
    }

    /// That it ended so.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{:#}\n{}", self.summary, self.stderr);
        self
    }

    /// Created, updated and deleted: entities, then relationships.
    pub fn changes(&self) -> [u64; 6] {
        [
            "EntitiesCreated",
            "EntitiesUpdated",
            "EntitiesDeleted",
            "RelationshipsCreated",
            "RelationshipsUpdated",
            "RelationshipsDeleted",
        ]
        .map(|name| {
            self.summary["job"][format!("num{name}")].as_u64().unwrap_or_else(|| panic!("{:#}", self.summary))
        })
    }

    /// Returns the plan of a type: held, create, update, delete, kept.
    pub fn planned(&self, ty: &str) -> [u64; 5] {
        ["held", "create", "update", "delete", "kept"].map(|name| {
            self.summary["plan"][ty][name].as_u64().unwrap_or_else(|| panic!("{ty}: {:#}", self.summary))
        })
    }

    /// Returns the status of a step and the reason it did not run.
    pub fn step(&self, id: &str) -> (&str, &str) {
        let steps = self.summary["steps"].as_array().expect("steps");
        let step = steps.iter().find(|step| step["id"] == id).unwrap_or_else(|| panic!("{:#}", self.summary));
        (step["status"].as_str().unwrap_or_default(), step["disabledReason"].as_str().unwrap_or_default())
    }

    pub fn partial(&self) -> &Value {
        &self.summary["partialDatasets"]["types"]
    }

    pub fn error(&self) -> &str {
        self.summary["error"]["message"].as_str().unwrap_or_default()
    }
}

/// The provider's data: all users are in the first team.
pub struct Provider {
    pub fault: &'static str,
    pub teams: Vec<(&'static str, &'static str)>,
    pub users: Vec<(&'static str, &'static str)>,
    pub partners: Vec<&'static str>,
}

impl Provider {
    pub fn new(teams: &[(&'static str, &'static str)], users: &[(&'static str, &'static str)]) -> Self {
        Self { fault: "none", teams: teams.to_vec(), users: users.to_vec(), partners: Vec::new() }
    }

    /// Returns `true` for the key of an entity or a relationship that this provider has.
    pub fn has(&self, key: &str) -> bool {
        let is = |kind: &str, id: &str, key: &str| key.strip_prefix(kind) == Some(id);
        let team = |key: &str| self.teams.iter().any(|(id, _)| is("faulty-team:", id, key));
        let user = |key: &str| self.users.iter().any(|(id, _)| is("faulty-user:", id, key));
        match key.split_once("|has|") {
            Some((from, to)) => {
                user(to) && self.teams.first().is_some_and(|(id, _)| is("faulty-team:", id, from))
            }
            None => team(key) || user(key),
        }
    }

    /// The responses by path.
    pub fn answers(&self) -> Vec<(String, Value)> {
        let objects = |list: &[(&str, &str)]| -> Vec<Value> {
            list.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect()
        };
        let mut users = objects(&self.users);
        for user in &mut users {
            user["team"] = self.teams.first().map(|(id, _)| *id).into();
        }
        let partners = self.partners.iter().map(|id| json!({ "id": id, "team": "partners" }));
        let mut answers = vec![
            ("teams".to_owned(), objects(&self.teams).into()),
            ("users".to_owned(), Value::from(users)),
            ("partners".to_owned(), partners.collect()),
        ];
        answers.extend(self.users.iter().map(|(id, _)| (format!("users/{id}/badges"), json!([]))));
        answers
    }

    fn write(&self, path: &Path) {
        let entries: Vec<_> = self
            .answers()
            .iter()
            .map(|(path, body)| {
                let status = if self.fault == format!("forbidden-{path}") { 403 } else { 200 };
                json!({
                    "request": { "method": "GET", "url": format!("https://faulty.example/{path}") },
                    "response": { "status": status, "content": { "text": body.to_string() } },
                })
            })
            .collect();
        std::fs::write(path, json!({ "log": { "entries": entries } }).to_string()).expect("it is written");
    }
}
