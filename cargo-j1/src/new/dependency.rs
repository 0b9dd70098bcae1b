//! The way that a project names j1: a checkout, a git repository, or a published version.

use std::path::PathBuf;

use serde::Serialize;

use super::choices::J1;
use super::escape::toml_string;
use super::place::File;

/// The way that Cargo.toml names j1.
#[derive(Debug, Serialize)]
pub struct Dependency {
    /// The keys of the dependency.
    keys: String,
    /// The checkout, where it is named by its path.
    pub path: Option<PathBuf>,
    /// The git repository, and the crate of the checkout that stands in for it on this machine.
    pub git: Option<String>,
    pub here: Option<PathBuf>,
}

impl Dependency {
    /// Returns the versions that a checkout of j1 is tested with, for the project to begin with. Cargo takes out what it does not
    /// need, and adds the project.
    pub fn lock(&self) -> Option<File> {
        let here = self.here.as_ref().and_then(|here| here.parent());
        let checkout = self.path.as_deref().or(here)?;
        let text = std::fs::read_to_string(checkout.join("Cargo.lock")).ok()?;
        Some(File { path: "Cargo.lock".to_owned(), text })
    }

    /// Returns the dependency on j1 from this source.
    pub fn from_source(j1: &J1) -> Self {
        let plain = |keys| Self { keys, path: None, git: None, here: None };
        match j1 {
            J1::Path(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                let keys = format!("path = {}", toml_string(&path.join("j1").display().to_string()));
                Self { path: Some(path), ..plain(keys) }
            }
            J1::Git { url, here } => Self {
                git: Some(url.clone()),
                here: here.as_ref().map(|folder| folder.join("j1")),
                ..plain(format!("git = {}", toml_string(url)))
            },
            J1::Version(version) => plain(format!("version = {}", toml_string(version))),
        }
    }
}
