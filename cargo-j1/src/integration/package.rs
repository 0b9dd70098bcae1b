//! Finds the package of an integration: the one named, or the one of the current folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use j1_core::model::nearest;
use semver::Version;
use serde::Deserialize;

use crate::error::Error;

/// The crates that make a package an integration: the facade, or the runtime itself.
const RUNTIMES: [&str; 2] = ["j1", "j1-runtime"];

/// An integration to build.
#[derive(Debug)]
pub struct Integration {
    /// The name of its package.
    pub name: String,
    /// The name of its binary.
    pub binary: String,
    /// The version of its package.
    pub version: Version,
    /// Its Cargo.toml.
    pub manifest: PathBuf,
    /// The recordings that `replay` under `[package.metadata.j1]` names, used while no credentials are set.
    pub recordings: Option<PathBuf>,
    /// The features of other packages that it is built with, as `package/feature`: so says `build-with` under
    /// `[workspace.metadata.j1]`. What both need is then built once.
    pub built_with: Vec<String>,
}

impl Integration {
    /// The folder of its package.
    pub fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new("."))
    }
}

/// The fields of the output of `cargo metadata` that are needed.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    #[serde(default)]
    workspace_default_members: Vec<String>,
    /// That of the workspace.
    #[serde(default)]
    metadata: Option<ForOthers>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: Version,
    id: String,
    manifest_path: PathBuf,
    default_run: Option<String>,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
    /// The `metadata` table, which cargo leaves to other tools; `null` if absent.
    #[serde(default)]
    metadata: Option<ForOthers>,
}

/// `[package.metadata]` and `[workspace.metadata]`.
#[derive(Debug, Deserialize)]
struct ForOthers {
    j1: Option<Ours>,
}

/// The table `j1` in them: `replay` of a package, `build-with` of a workspace.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ours {
    replay: Option<PathBuf>,
    #[serde(default)]
    build_with: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev` or `build`; `None` for normal dependencies.
    kind: Option<String>,
    #[serde(default)]
    optional: bool,
}

/// Returns a command that runs the cargo that started us, or else `cargo`.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` describes this command's package in these variables. Build scripts that watch them, such as that of `ring`,
    // would run again each time that a checkout's alias and the integration's build take turns.
    for (name, _) in std::env::vars_os() {
        let of_package = |name: &str| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_");
        if name.to_str().is_some_and(of_package) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Returns the error for a cargo that does not start.
pub fn not_started(command: &Command, source: std::io::Error) -> Error {
    Error::Cargo { program: command.get_program().to_string_lossy().into_owned(), source }
}

/// Finds the integration: the package of this name, or the one that the current folder is in.
pub fn find(name: Option<&str>, manifest: Option<&Path>) -> Result<Integration, Error> {
    let metadata = metadata(manifest)?;
    let package = match name {
        Some(name) => named(&metadata, name)?,
        None => current(&metadata, manifest)?,
    };
    let binary = binary(package)?;
    let ours = package.metadata.as_ref().and_then(|metadata| metadata.j1.as_ref());
    let folder = package.manifest_path.parent();
    let recordings =
        ours.and_then(|ours| ours.replay.as_ref()).zip(folder).map(|(path, folder)| folder.join(path));
    let of_workspace = metadata.metadata.as_ref().and_then(|metadata| metadata.j1.as_ref());
    Ok(Integration {
        name: package.name.clone(),
        binary,
        version: package.version.clone(),
        manifest: package.manifest_path.clone(),
        recordings,
        built_with: of_workspace.map(|ours| ours.build_with.clone()).unwrap_or_default(),
    })
}

fn metadata(manifest: Option<&Path>) -> Result<Metadata, Error> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--no-deps", "--quiet"]);
    if let Some(manifest) = manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    let output = command.stdin(Stdio::null()).output().map_err(|source| not_started(&command, source))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let cargo = said.trim().trim_start_matches("error: ").to_owned();
        return Err(Error::NoPackage { cargo });
    }
    serde_json::from_slice(&output.stdout).map_err(|error| not_started(&command, error.into()))
}

fn named<'m>(metadata: &'m Metadata, name: &str) -> Result<&'m Package, Error> {
    // As in cargo, a version may follow the name: `jumpcloud@0.1.0`.
    let wanted = name.split_once('@').map_or(name, |(name, _)| name);
    let found = metadata.packages.iter().find(|package| package.name == wanted);
    found.ok_or_else(|| Error::UnknownPackage { name: name.to_owned(), hint: hint(metadata, wanted) })
}

/// Suggests a package for an unknown name.
fn hint(metadata: &Metadata, name: &str) -> String {
    if let Some(near) = nearest(name, metadata.packages.iter().map(|package| package.name.as_str())) {
        return format!("did you mean `{near}`?");
    }
    let integrations: Vec<_> = metadata.packages.iter().filter(|package| is_integration(package)).collect();
    if integrations.is_empty() {
        return "it has no integration at all".to_owned();
    }
    format!("its integrations are: {}", names(&integrations))
}

/// Finds the package of the nearest Cargo.toml; at the root of a workspace, its only integration.
fn current<'m>(metadata: &'m Metadata, manifest: Option<&Path>) -> Result<&'m Package, Error> {
    let nearest = manifest.map_or_else(nearest_manifest, |path| path.canonicalize().ok());
    let is_nearest =
        |package: &&Package| nearest.is_some() && package.manifest_path.canonicalize().ok() == nearest;
    if let Some(package) = metadata.packages.iter().find(is_nearest) {
        return Ok(package);
    }
    let default = |package: &&Package| {
        let members = &metadata.workspace_default_members;
        is_integration(package) && (members.is_empty() || members.contains(&package.id))
    };
    let integrations: Vec<_> = metadata.packages.iter().filter(default).collect();
    match integrations.as_slice() {
        [] => {
            Err(Error::NotAnIntegration { what: "no package of this workspace is an integration".to_owned() })
        }
        [one] => Ok(one),
        _ => Err(Error::Several {
            what: "this workspace has several integrations",
            names: names(&integrations),
            choose: "name one with -p",
        }),
    }
}

/// Returns the Cargo.toml that cargo finds from the current folder.
fn nearest_manifest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let found = here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|path| path.is_file())?;
    found.canonicalize().ok()
}

fn names(packages: &[&Package]) -> String {
    packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn binaries(package: &Package) -> Vec<&str> {
    let is_binary = |target: &&Target| target.kind.iter().any(|kind| kind == "bin");
    package.targets.iter().filter(is_binary).map(|target| target.name.as_str()).collect()
}

fn is_integration(package: &Package) -> bool {
    depends_on_runtime(package) && !binaries(package).is_empty()
}

fn depends_on_runtime(package: &Package) -> bool {
    package.dependencies.iter().any(|dependency| {
        let is_always_there = dependency.kind.is_none() && !dependency.optional;
        is_always_there && RUNTIMES.contains(&dependency.name.as_str())
    })
}

/// The binary of an integration: its only one, the one it runs by default, or the one of its own name.
fn binary(package: &Package) -> Result<String, Error> {
    let binaries = binaries(package);
    let name = &package.name;
    if binaries.is_empty() {
        return Err(Error::NotAnIntegration { what: format!("package `{name}` has no binary") });
    }
    if !depends_on_runtime(package) {
        return Err(Error::NotAnIntegration { what: format!("package `{name}` does not depend on j1") });
    }
    let wanted = package.default_run.as_deref().unwrap_or(name);
    match binaries.as_slice() {
        [one] => Ok((*one).to_owned()),
        many if many.contains(&wanted) => Ok(wanted.to_owned()),
        many => Err(Error::Several {
            what: "the package has several binaries",
            names: many.join(", "),
            choose: "name one with `default-run` in its Cargo.toml",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_does_not_see_which_package_this_command_is() {
        // The cargo that runs this test sets the variable.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let removed = |name: &str| cargo().get_envs().any(|(set, value)| set == name && value.is_none());
        assert!(removed("CARGO_MANIFEST_DIR") && removed("CARGO_PKG_NAME"));
    }
}
