//! The binary as the processes of a sharded run, and the JupiterOne that they upload to.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use j1_local::export::{Format, export};
use j1_local::{LocalJupiterOne, Server};
pub use j1_test_support::{INSTANCE, JUPITERONE_KEY, Ran};
use serde_json::{Map, Value};

use crate::world::PROVIDER_KEY;

/// A JupiterOne with its data in this folder.
pub async fn jupiterone(folder: &Path) -> Server {
    let database = folder.join("local.db");
    LocalJupiterOne::builder().database(database).api_key(JUPITERONE_KEY).start().await.expect("it starts")
}

/// One process of the binary.
pub struct Process(Command);

impl Process {
    pub fn new(folder: &Path, url: &str, arguments: &[&str]) -> Self {
        Self::with_program(Path::new(env!("CARGO_BIN_EXE_jumpcloud")), folder, url, arguments)
    }

    /// As this program.
    pub fn with_program(program: &Path, folder: &Path, url: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .args(["--output", "json"])
            .current_dir(folder)
            .env_clear()
            .stdin(Stdio::null());
        command
            .env("JUPITERONE_API_BASE", url)
            .env("JUPITERONE_API_KEY", JUPITERONE_KEY)
            .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
            .env("JUMPCLOUD_API_KEY", PROVIDER_KEY);
        Self(command)
    }

    /// With this variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Starts it.
    pub fn start(mut self) -> Child {
        self.0.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    }

    /// Runs it to its end.
    pub async fn finish(mut self) -> Ran {
        tokio::task::spawn_blocking(move || self.0.output())
            .await
            .expect("it runs")
            .expect("it starts")
            .into()
    }
}

/// The objects that a JupiterOne holds, in canonical bytes by key, without what differs from one JupiterOne to another.
pub fn held(folder: &Path) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().expect("a folder");
    let mut all = BTreeMap::new();
    for file in export(&folder.join("local.db"), Format::Jsonl, out.path()).expect("an export") {
        let text = std::fs::read_to_string(out.path().join(&file.path)).expect("a file");
        for line in text.lines() {
            let object: Map<String, Value> = serde_json::from_str(line).expect("JSON");
            let own = |name: &str| {
                !matches!(
                    name,
                    "_id" | "_fromEntityId" | "_toEntityId" | "_version" | "_createdOn" | "_beginOn"
                )
            };
            let key = object["_key"].as_str().expect("a key").to_owned();
            all.insert(key, j1_core::graph::canonical::object(&object, own));
        }
    }
    all
}
