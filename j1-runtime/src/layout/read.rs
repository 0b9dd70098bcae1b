//! Reads a collection in the official layout, ours or the official SDK's, a file at a time.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use j1_core::error::Kind;
use j1_core::recorder::ObjectKind;
use j1_core::{Error, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::code;

/// A collection that stands whole on disk.
#[derive(Debug)]
pub(crate) struct Collection {
    files: Vec<PathBuf>,
    /// The types of its steps.
    pub declared: BTreeSet<String>,
    /// The types that were not read in full, and why.
    pub partial: BTreeMap<String, String>,
    /// Those of the partial types that were not to be read.
    pub settled: BTreeSet<String>,
    /// How many objects of each type there have to be; empty where nobody wrote it down.
    expected: BTreeMap<String, u64>,
}

/// An object of a collection, unread.
#[derive(Deserialize)]
pub(crate) struct Stored<'j> {
    #[serde(rename = "_key")]
    pub key: String,
    #[serde(rename = "_type")]
    pub ty: String,
    #[serde(rename = "_mapping", borrow)]
    pub mapping: Option<&'j RawValue>,
    #[serde(rename = "_rawData", borrow)]
    pub raw_data: Option<&'j RawValue>,
}

impl Stored<'_> {
    /// The object without its raw data; `json` is what it was read from.
    ///
    /// # Errors
    /// None for what was read as an object.
    pub fn without_raw_data<'j>(&self, json: &'j str) -> Result<Cow<'j, str>> {
        if self.raw_data.is_none() {
            return Ok(json.into());
        }
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
        members.remove("_rawData");
        Ok(serde_json::to_string(&members)?.into())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SummaryFile {
    integration_step_results: Vec<StepResult>,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StepResult {
    id: String,
    #[serde(default)]
    declared_types: Vec<String>,
    #[serde(default)]
    encountered_types: Vec<String>,
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    partial_datasets: PartialDatasets,
    /// Written by us alone.
    #[serde(default)]
    j1: Written,
}

#[derive(Deserialize)]
struct PartialDatasets {
    types: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Written {
    #[serde(default)]
    types: BTreeMap<String, u64>,
    /// Types that were not to be read.
    #[serde(default)]
    settled: BTreeSet<String>,
}

#[derive(Deserialize)]
struct GraphFile<'j> {
    #[serde(default, borrow)]
    entities: Vec<&'j RawValue>,
    #[serde(default, borrow)]
    relationships: Vec<&'j RawValue>,
}

impl Collection {
    /// Opens a collection. One without its `summary.json` is one that nobody finished.
    ///
    /// # Errors
    /// When it is not whole, or not what it should be.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("summary.json");
        let text = fs::read_to_string(&path).map_err(|error| {
            let why = "the `collect` that was to write it did not end, or wrote elsewhere; collect again, or name the \
                       folder with `--from`";
            wrong(&path, why).caused_by(error)
        })?;
        let summary: SummaryFile = serde_json::from_str(&text)
            .map_err(|error| wrong(&path, "it does not say what was read in full").caused_by(error))?;
        let mut files = Vec::new();
        let graph = folder.join("graph");
        if graph.exists() {
            walk(&graph, &mut files)?;
        }
        // Entities first, so that no relationship overtakes its ends; the order is the same every time.
        files.sort_unstable_by_key(|file| (is_of_relationships(file), file.clone()));
        let mut collection = Self {
            files,
            declared: BTreeSet::new(),
            partial: BTreeMap::new(),
            settled: summary.metadata.j1.settled,
            expected: summary.metadata.j1.types,
        };
        for ty in summary.metadata.partial_datasets.types {
            collection.protect(ty, "the collection lists it as partial");
        }
        for step in summary.integration_step_results {
            collection.add(step);
        }
        Ok(collection)
    }

    fn protect(&mut self, ty: String, why: &str) {
        self.partial.entry(ty).or_insert_with(|| why.to_owned());
    }

    fn add(&mut self, step: StepResult) {
        let types = step.declared_types.into_iter().chain(step.encountered_types);
        for ty in types {
            // The official SDK lists no types of steps that were disabled, nor what a failed step did not declare; a
            // step that is `cached` was read by another run, which may have failed.
            if step.status != "success" {
                self.protect(
                    ty.clone(),
                    &format!("step `{}` of the collection is `{}`", step.id, step.status),
                );
            }
            self.declared.insert(ty);
        }
    }

    /// Gives every object to `take`: its kind, its JSON, and what is known of it.
    ///
    /// # Errors
    /// When a file cannot be read, or there are fewer objects than were written; or what `take` says.
    pub fn each(
        &self,
        mut take: impl FnMut(ObjectKind, &str, Stored<'_>) -> Result<()>,
    ) -> Result<BTreeMap<String, u64>> {
        let mut counts = BTreeMap::new();
        for path in &self.files {
            let file = GraphText::read(path)?;
            file.each(&mut |kind, json, object| {
                *counts.entry(object.ty.clone()).or_default() += 1;
                take(kind, json, object)
            })?;
        }
        self.check(&counts)?;
        Ok(counts)
    }

    /// The files, entities first.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// That nothing is missing that was written.
    ///
    /// # Errors
    /// When something is.
    pub fn check(&self, counts: &BTreeMap<String, u64>) -> Result<()> {
        let lacking = self.expected.iter().find(|(ty, count)| counts.get(*ty).unwrap_or(&0) != *count);
        let Some((ty, expected)) = lacking else { return Ok(()) };
        let found = counts.get(ty).unwrap_or(&0);
        let message = format!(
            "the collection was written with {expected} objects of `{ty}` and has {found}: files of it are missing or were \
             changed; collect again"
        );
        Err(Error::new(Kind::Config, code::COLLECTION, message))
    }
}

/// One file of a collection.
pub(crate) struct GraphText<'p> {
    path: &'p Path,
    text: String,
}

impl<'p> GraphText<'p> {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &'p Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).map_err(|error| wrong(path, "it cannot be read").caused_by(error))?;
        Ok(Self { path, text })
    }

    /// Gives every object to `take`.
    ///
    /// # Errors
    /// When the file is not what it should be; or what `take` says.
    pub fn each(&self, take: &mut dyn FnMut(ObjectKind, &str, Stored<'_>) -> Result<()>) -> Result<()> {
        let expected =
            "it is not `{\"entities\":[…]}` or `{\"relationships\":[…]}` with a `_key` and a `_type` in each";
        let file: GraphFile<'_> = serde_json::from_str(&self.text).map_err(|_| wrong(self.path, expected))?;
        let entities = file.entities.into_iter().map(|json| (ObjectKind::Entity, json));
        let relationships = file.relationships.into_iter().map(|json| (ObjectKind::Relationship, json));
        for (kind, json) in entities.chain(relationships) {
            let object = serde_json::from_str(json.get()).map_err(|_| wrong(self.path, expected))?;
            take(kind, json.get(), object)?;
        }
        Ok(())
    }
}

fn is_of_relationships(file: &Path) -> bool {
    file.parent().and_then(Path::file_name).is_some_and(|folder| folder == "relationships")
}

/// Every `.json` file below a folder.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error| wrong(folder, "it cannot be read").caused_by(error);
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

fn wrong(path: &Path, why: &str) -> Error {
    let message = format!("{} is no part of a whole collection: {why}", path.display());
    Error::new(Kind::Config, code::COLLECTION, message)
}
