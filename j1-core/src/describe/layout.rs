//! The official layout of a collection on disk: what its files say. To read them is the business of others.
//!
//! ```text
//! graph/<step>/entities/<uuid>.json         {"entities":[…]}
//! graph/<step>/relationships/<uuid>.json    {"relationships":[…]}
//! summary.json
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::graph::ObjectKind;

/// The folder of a collection, unless another is named.
pub const FOLDER: &str = ".j1-integration";

/// The file that says what was collected. A collection without it was not finished.
pub const SUMMARY: &str = "summary.json";

/// The folder of the objects.
pub const GRAPH: &str = "graph";

/// The contents of a collection according to its `summary.json`, ours or the official SDK's.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// The types of its steps.
    pub declared: BTreeSet<String>,
    /// The types that were not read in full, and why.
    pub partial: BTreeMap<String, String>,
    /// Those of the partial types that were not to be read.
    pub settled: BTreeSet<String>,
    /// The number of objects of each type that were written; empty if the file does not say.
    expected: BTreeMap<String, u64>,
}

/// A type of which there are not as many objects as were written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lacking {
    /// The type.
    pub ty: String,
    /// The number that was written.
    pub expected: u64,
    /// The number that is there.
    pub found: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SummaryFile {
    /// Left out by tools in other languages: the official `sync` reads the metadata alone.
    #[serde(default)]
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
    #[serde(default)]
    encountered_type_counts: BTreeMap<String, u64>,
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    partial_datasets: PartialDatasets,
    /// Written by us alone.
    #[serde(default)]
    j1: Option<Written>,
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

impl Contents {
    /// Reads a `summary.json`.
    ///
    /// # Errors
    /// If it does not say what was read in full.
    pub fn read(summary: &str) -> serde_json::Result<Self> {
        let summary: SummaryFile = serde_json::from_str(summary)?;
        let ours = summary.metadata.j1.is_some();
        let written = summary.metadata.j1.unwrap_or_default();
        let mut contents = Self { settled: written.settled, expected: written.types, ..Self::default() };
        if !ours {
            for (ty, count) in
                summary.integration_step_results.iter().flat_map(|step| &step.encountered_type_counts)
            {
                *contents.expected.entry(ty.clone()).or_default() += count;
            }
        }
        for ty in summary.metadata.partial_datasets.types {
            contents.protect(ty, "the collection lists it as partial");
        }
        for step in summary.integration_step_results {
            contents.add(step);
        }
        Ok(contents)
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

    /// The first type of which there are not as many objects as were written.
    #[must_use]
    pub fn lacking(&self, counts: &BTreeMap<String, u64>) -> Option<Lacking> {
        let of = |ty: &String| counts.get(ty).copied().unwrap_or_default();
        let (ty, expected) = self.expected.iter().find(|(ty, count)| of(ty) != **count)?;
        Some(Lacking { ty: ty.clone(), expected: *expected, found: of(ty) })
    }
}

impl std::fmt::Display for Lacking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { ty, expected, found } = self;
        write!(
            f,
            "the collection was written with {expected} objects of `{ty}` and has {found}: files of it are missing or \
             were changed; collect again"
        )
    }
}

/// One file of a collection, its objects unread.
#[derive(Debug, Deserialize)]
pub struct GraphFile<'j> {
    #[serde(default, borrow)]
    entities: Vec<&'j RawValue>,
    #[serde(default, borrow)]
    relationships: Vec<&'j RawValue>,
}

impl<'j> GraphFile<'j> {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is not JSON of this shape.
    pub fn read(text: &'j str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Its objects with their kinds.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectKind, &'j RawValue)> {
        let entities = self.entities.iter().map(|json| (ObjectKind::Entity, *json));
        entities.chain(self.relationships.iter().map(|json| (ObjectKind::Relationship, *json)))
    }
}

/// The message for a file that is not a [`GraphFile`].
pub const NO_GRAPH_FILE: &str =
    "it is not `{\"entities\":[…]}` or `{\"relationships\":[…]}` with a `_key` and a `_type` in each";
