//! The description of an integration, from its own binary.

use std::process::{Command, Output, Stdio};

use j1_core::describe::Description;

use super::binary::{self, Binary};
use super::package::{self, Integration};
use crate::args::Asked;
use crate::error::Error;

/// The variable that gives an integration another type at run time.
const TYPE_VARIABLE: &str = "J1_INTEGRATION_TYPE";

/// An integration that was built and asked what it is.
#[derive(Debug)]
pub struct Described {
    /// Its package.
    pub package: Integration,
    /// The description.
    pub description: Description,
    binary: Binary,
}

/// Builds the integration and asks its binary what it is, under the integration type that the code has: no variable
/// and no `.env` file changes the answer.
pub fn describe(asked: &Asked) -> Result<Described, Error> {
    let package = package::find(asked.package.as_deref(), asked.manifest_path.as_deref())?;
    let binary = binary::build(&package, asked.profile.is_optimized(true), asked.quiet)?;
    let nowhere = tempfile::tempdir()
        .map_err(|source| Error::System { what: "no temporary folder can be made", source })?;
    let mut command = Command::new(&binary.path);
    command.args(["schema", "--format", "json"]).env_remove(TYPE_VARIABLE).current_dir(nowhere.path());
    let ran = output(&binary, command)?;
    let undescribed = |why: String| Error::Undescribed { package: package.name.clone(), why };
    if !ran.status.success() {
        return Err(undescribed(format!("its `schema` ended with {}", ran.status)));
    }
    let description = serde_json::from_slice(&ran.stdout).map_err(|error| {
        let why = format!(
            "its `schema` printed something else ({error}); it and cargo-j1 have to be of one version"
        );
        undescribed(why)
    })?;
    Ok(Described { package, description, binary })
}

impl Described {
    /// Runs the integration's `docs` in the folder of its package. What it said, and whether the documentation is now
    /// what it should be.
    pub fn docs(&self, args: &[&str]) -> Result<(String, bool), Error> {
        let mut command = Command::new(&self.binary.path);
        command.arg("docs").args(args).current_dir(self.package.folder());
        let ran = output(&self.binary, command)?;
        Ok((String::from_utf8_lossy(&ran.stdout).trim().to_owned(), ran.status.success()))
    }
}

/// Runs the command; what goes wrong the integration itself says on stderr.
fn output(binary: &Binary, mut command: Command) -> Result<Output, Error> {
    let ran = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    ran.map_err(|source| Error::Start { path: binary.path.clone(), source })
}
