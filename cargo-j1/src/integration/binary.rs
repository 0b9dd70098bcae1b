//! Building the integration's binary.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use serde::Deserialize;

use super::package::{Integration, cargo, not_started};
use crate::error::Error;

/// A binary that was built.
#[derive(Debug)]
pub struct Binary {
    /// The path of the binary.
    pub path: PathBuf,
}

/// A message of `cargo build`; only the fields that are needed.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds it, while cargo tells on stderr how it goes.
pub fn build(integration: &Integration, optimized: bool, quiet: bool) -> Result<Binary, Error> {
    let mut command = cargo();
    command.arg("build").arg("--manifest-path").arg(&integration.manifest);
    command.args(["--package", &integration.name, "--bin", &integration.binary]);
    for feature in &integration.built_with {
        let package = feature.split_once('/').map_or(feature.as_str(), |(package, _)| package);
        command.args(["--package", package, "--features", feature]);
    }
    command.arg("--message-format=json-render-diagnostics");
    if optimized {
        command.arg("--release");
    }
    if quiet {
        command.arg("--quiet");
    }
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = started.map_err(|source| not_started(&command, source))?;
    let mut built = None;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.map_err(|source| not_started(&command, source))?;
            built = executable(&line, &integration.binary).or(built);
        }
    }
    let status = child.wait().map_err(|source| not_started(&command, source))?;
    match built {
        Some(path) if status.success() => Ok(Binary { path }),
        _ => Err(Error::Build { package: integration.name.clone(), exit_code: failure(status) }),
    }
}

fn failure(status: ExitStatus) -> Option<u8> {
    status.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0)
}

/// Returns the path of the binary, if the line of cargo's output has it.
fn executable(line: &str, binary: &str) -> Option<PathBuf> {
    let message: Message = serde_json::from_str(line).ok()?;
    let target = message.target?;
    let is_it = message.reason == "compiler-artifact"
        && target.name == binary
        && target.kind.iter().any(|kind| kind == "bin");
    message.executable.filter(|_| is_it)
}
