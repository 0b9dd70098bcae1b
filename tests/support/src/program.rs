//! An integration's binary, run with nothing of the configuration of the test's own process.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::JUPITERONE_KEY;

/// The id of the integration instance of every run.
pub const INSTANCE: &str = "11111111-2222-4333-8444-555555555555";

/// A binary that is about to run.
pub struct Program {
    command: Command,
    /// The working folder, which has no `.env`.
    folder: tempfile::TempDir,
}

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` if a signal ended the run.
    pub code: Option<i32>,
    /// The text written to stdout.
    pub stdout: String,
    /// The text written to stderr.
    pub stderr: String,
}

impl Program {
    /// Prepares a run of the binary with these arguments in an empty folder.
    #[must_use]
    pub fn new(binary: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(folder.path()).env_clear().stdin(Stdio::null());
        Self { command, folder }
    }

    /// Prepares a run into the JupiterOne at this URL that waits for the job's end and prints the summary as JSON.
    #[must_use]
    pub fn into(binary: &str, url: &str, arguments: &[&str]) -> Self {
        Self::new(binary, &[&["run", "--wait", "--output", "json"], arguments].concat())
            .env("JUPITERONE_API_BASE", url)
            .env("JUPITERONE_API_KEY", JUPITERONE_KEY)
            .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away again.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Returns the folder that it runs in.
    #[must_use]
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
        let (output, folder) = output.await.expect("it runs").expect("it starts");
        (output.into(), folder)
    }

    /// Starts it, and leaves it running.
    #[must_use]
    pub fn start(mut self) -> (Child, tempfile::TempDir) {
        let child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        (child, self.folder)
    }
}

impl From<Output> for Ran {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }
}

impl Ran {
    /// Returns the JSON of stdout, after checking that the command ended with this code.
    #[must_use]
    pub fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }

    /// Returns the summary of a run, after checking that it ended with this code.
    #[expect(clippy::must_use_candidate, reason = "the check alone is worth calling it")]
    pub fn summary(&self, code: i32) -> Value {
        let summary = self.json(code);
        assert_eq!(summary["exitCode"], code);
        summary
    }
}

/// Returns how many objects of the job were created, updated and deleted, for each of these kinds, such as `Entities`.
#[must_use]
pub fn changes<const N: usize>(summary: &Value, kinds: &[&str]) -> [u64; N] {
    let names =
        kinds.iter().flat_map(|kind| ["Created", "Updated", "Deleted"].map(|of| format!("num{kind}{of}")));
    let count =
        |name: String| summary["job"][&name].as_u64().unwrap_or_else(|| panic!("{name}: {summary:#}"));
    let counts: Vec<u64> = names.map(count).collect();
    counts.try_into().expect("three for each kind")
}
