//! The description of an integration, from its own binary.

use std::path::Path;
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
    let ran = output(&binary, schema(&binary, nowhere.path()))?;
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

/// Returns the command that prints the description, in an empty folder: no `.env` file is there.
fn schema(binary: &Binary, nowhere: &Path) -> Command {
    let mut command = Command::new(&binary.path);
    command.args(["schema", "--format", "json"]).env_remove(TYPE_VARIABLE).current_dir(nowhere);
    command
}

/// Returns the properties that are always sent as `null`, by `_type`: those that classes require and no field maps, but for
/// those that the struct says are `unknown`.
pub fn always_null(description: &Description) -> Vec<(String, Vec<String>)> {
    let entities = description.entities.iter().map(|entity| {
        let names = entity.always_null.iter().filter(|name| !entity.unknown.contains(name));
        (entity.ty.clone(), names.cloned().collect::<Vec<_>>())
    });
    entities.filter(|(_, names)| !names.is_empty()).collect()
}

/// Returns one line about what an integration always sends as `null`; `None` if there is nothing to tell, or if its binary does
/// not say.
pub(super) fn note_of_nulls(binary: &Binary) -> Option<String> {
    let nowhere = tempfile::tempdir().ok()?;
    let ran = schema(binary, nowhere.path()).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    nulls_in_a_line(&always_null(&serde_json::from_slice(&ran.stdout).ok()?))
}

/// The number of types that the line names.
const NAMED: usize = 3;

fn nulls_in_a_line(all: &[(String, Vec<String>)]) -> Option<String> {
    let named: Vec<String> =
        all.iter().take(NAMED).map(|(ty, names)| format!("{ty} ({})", names.join(", "))).collect();
    let more = match all.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more types"),
    };
    (!named.is_empty())
        .then(|| format!("always sent as null: {}{more}; `cargo j1 check` says what to do", named.join(", ")))
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

#[cfg(test)]
mod tests {
    use super::nulls_in_a_line;

    #[test]
    fn properties_that_are_always_null_share_one_line() {
        let types = |count: usize| -> Vec<(String, Vec<String>)> {
            (0..count).map(|ty| (format!("acme_{ty}"), vec!["make".to_owned(), "model".to_owned()])).collect()
        };
        assert_eq!(nulls_in_a_line(&types(0)), None);
        let one = nulls_in_a_line(&types(1));
        let said = "always sent as null: acme_0 (make, model); `cargo j1 check` says what to do";
        assert_eq!(one.as_deref(), Some(said));
        assert!(
            nulls_in_a_line(&types(5))
                .is_some_and(|line| line.contains("acme_2 (make, model) and 2 more types;"))
        );
    }
}
