//! Checks the generated project: that its files parse, and that it compiles. A project that compiles writes the tables of
//! its own documentation.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::place::File;
use crate::error::Error;
use crate::integration::package::cargo;
use crate::output;

/// Fails if a file named `.rs` or `.toml` does not parse.
pub fn parses(files: &[File]) -> Result<(), Error> {
    for file in files {
        let wrong = match Path::new(&file.path).extension().and_then(|end| end.to_str()) {
            Some("rs") => syn::parse_file(&file.text).err().map(|error| error.to_string()),
            Some("toml") => toml::from_str::<toml::Table>(&file.text).err().map(|error| error.to_string()),
            _ => None,
        };
        if let Some(why) = wrong {
            return Err(Error::DoesNotCompile { what: file.path.clone(), why });
        }
    }
    Ok(())
}

/// The fields of a message of `cargo build` that are needed here.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: Option<PathBuf>,
    #[serde(default)]
    message: Option<Diagnostic>,
    #[serde(default)]
    target: Option<Target>,
    #[serde(default)]
    profile: Option<Profile>,
    #[serde(default)]
    executable: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    #[serde(default)]
    rendered: Option<String>,
}

/// The number of errors that a message repeats.
const SHOWN: usize = 3;

/// Builds the project in this folder with its tests, in the profile of local work, with cargo's own progress on stderr.
/// Returns its binary.
///
/// # Errors
/// If the project does not compile. If cargo does not get that far, for example without a network, there is a warning
/// instead, and no binary.
pub fn compiles(folder: &Path, shown: &Path) -> Result<Option<PathBuf>, Error> {
    let manifest = folder.join("Cargo.toml");
    let mut command = cargo();
    command.args(["build", "--all-targets", "--message-format=json", "--manifest-path"]);
    // Run in the folder, so that its own `.cargo/config.toml` applies.
    command.arg(&manifest).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            output::warn(&format!("cargo did not start ({error}), so the project was not compiled"));
            return Ok(None);
        }
    };
    let (mut refused, mut told, mut binary) = (Vec::new(), BTreeSet::new(), None);
    for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
        let Ok(line) = line else { break };
        let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
        let ours = message.manifest_path.as_ref().is_some_and(|path| is_same(path, &manifest));
        // The tests of the binary are a program of their own, which may be ready after it.
        let is_binary = message.target.is_some_and(|target| target.kind.iter().any(|kind| kind == "bin"));
        if ours && is_binary && message.profile.is_some_and(|profile| !profile.test) {
            binary = message.executable.or(binary);
        }
        let Some(said) = message.message.filter(|_| message.reason == "compiler-message") else { continue };
        if said.message.starts_with("aborting due to ") {
            continue;
        }
        // cargo shows diagnostics or hands them over, and never both. The targets of one package repeat each other's.
        if let Some(rendered) = said.rendered.filter(|rendered| told.insert(rendered.clone())) {
            output::shown(&rendered);
        }
        if ours && said.level == "error" && refused.len() < SHOWN && !refused.contains(&said.message) {
            refused.push(said.message);
        }
    }
    let status = child.wait();
    if !refused.is_empty() {
        return Err(Error::DoesNotCompile { what: shown.display().to_string(), why: refused.join("\n  ") });
    }
    match status {
        Ok(status) if status.success() => Ok(binary),
        _ => {
            output::warn(
                "cargo could not build what the project needs, so the project was not compiled; `cargo build` says more",
            );
            Ok(None)
        }
    }
}

/// Has the binary of a project write the tables of its documentation. Returns `true` if it did.
pub fn document(binary: &Path, folder: &Path) -> bool {
    let mut command = Command::new(binary);
    command.arg("docs").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn is_same(path: &Path, other: &Path) -> bool {
    path == other || path.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}
