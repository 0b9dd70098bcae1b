//! A collection on disk, as `collect` and the official tools write it, read object by object.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use j1_core::describe::layout::{self, Contents, GraphFile, NO_GRAPH_FILE};
use j1_core::graph::ObjectKind;
use serde_json::{Map, Value};

use crate::error::Error;

/// A complete collection on disk.
#[derive(Debug)]
pub struct Collection {
    files: Vec<PathBuf>,
    /// The contents that the collection declares.
    pub contents: Contents,
}

/// An object of a collection.
#[derive(Debug)]
pub struct Object {
    /// Entity or relationship.
    pub kind: ObjectKind,
    /// Its `_type`.
    pub ty: String,
    /// Its `_key`.
    pub key: String,
    /// All of it.
    pub members: Map<String, Value>,
}

impl Object {
    /// Its classes.
    pub fn classes(&self) -> Vec<&str> {
        classes(&self.members)
    }
}

/// Returns the classes of an object, or of the target of a mapped relationship.
pub fn classes(members: &Map<String, Value>) -> Vec<&str> {
    match members.get("_class") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

impl Collection {
    /// Opens a collection.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(layout::SUMMARY);
        let text = fs::read_to_string(&path).map_err(|error| {
            let why = format!(
                "it cannot be read ({error}); write one with `cargo j1 collect`, or name the folder that has one"
            );
            wrong(&path, why)
        })?;
        let contents = Contents::read(&text)
            .map_err(|error| wrong(&path, format!("it does not say what was read in full: {error}")))?;
        let mut files = Vec::new();
        let graph = folder.join(layout::GRAPH);
        if graph.exists() {
            walk(&graph, &mut files)?;
        }
        // File names differ between collections; the names of the steps' folders do not.
        files.sort_unstable();
        Ok(Self { files, contents })
    }

    /// Calls `take` with every object, and checks that none is missing.
    pub fn each(&self, mut take: impl FnMut(Object) -> Result<(), Error>) -> Result<(), Error> {
        let mut counts = BTreeMap::new();
        for path in &self.files {
            let text = fs::read_to_string(path)
                .map_err(|error| wrong(path, format!("it cannot be read: {error}")))?;
            let file = GraphFile::read(&text).map_err(|_| wrong(path, NO_GRAPH_FILE.to_owned()))?;
            for (kind, json) in file.objects() {
                let object = object(kind, json.get()).ok_or_else(|| wrong(path, NO_GRAPH_FILE.to_owned()))?;
                *counts.entry(object.ty.clone()).or_default() += 1;
                take(object)?;
            }
        }
        match self.contents.lacking(&counts) {
            Some(lacking) => {
                let folder =
                    self.files.first().and_then(|file| file.parent()).unwrap_or(Path::new(layout::GRAPH));
                Err(wrong(folder, lacking.to_string()))
            }
            None => Ok(()),
        }
    }
}

fn object(kind: ObjectKind, json: &str) -> Option<Object> {
    let members: Map<String, Value> = serde_json::from_str(json).ok()?;
    let text = |name: &str| members.get(name)?.as_str().map(str::to_owned);
    Some(Object { kind, ty: text("_type")?, key: text("_key")?, members })
}

/// Every `.json` file below a folder.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |error| wrong(folder, format!("it cannot be read: {error}"));
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

fn wrong(path: &Path, why: String) -> Error {
    Error::NotACollection { path: path.to_owned(), why }
}
