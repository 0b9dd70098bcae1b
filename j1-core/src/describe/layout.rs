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
use crate::validate::without_byte_order_mark;

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
    /// The time before it was collected, in milliseconds since 1970, if it says that.
    pub started: Option<i64>,
    /// `true` if recordings were collected.
    pub replayed: bool,
    /// The number of objects of each type that were written; empty if the file does not say.
    expected: BTreeMap<String, u64>,
    /// Types with at least one object, although the file does not say how many.
    encountered: BTreeSet<String>,
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
    partial_types: Vec<String>,
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
    #[serde(default, rename = "startedAt")]
    started: Option<i64>,
    #[serde(default)]
    replayed: bool,
}

impl Contents {
    /// Reads a `summary.json`.
    ///
    /// # Errors
    /// If it does not say what was read in full.
    pub fn read(summary: &str) -> serde_json::Result<Self> {
        let summary: SummaryFile = serde_json::from_slice(without_byte_order_mark(summary.as_bytes()))?;
        let ours = summary.metadata.j1.is_some();
        let written = summary.metadata.j1.unwrap_or_default();
        let Written { types: expected, settled, started, replayed } = written;
        let mut contents = Self { settled, started, replayed, expected, ..Self::default() };
        if !ours {
            for step in &summary.integration_step_results {
                for (ty, count) in &step.encountered_type_counts {
                    *contents.expected.entry(ty.clone()).or_default() += count;
                }
                // Older versions of the official SDK name the types without counting them. A step that failed may have met
                // objects that it did not write.
                if step.status == "success" {
                    contents.encountered.extend(step.encountered_types.iter().cloned());
                }
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
        for ty in step.partial_types {
            self.protect(ty, &format!("step `{}` of the collection lists it as partial", step.id));
        }
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
        let lacking = |ty: &String, expected| Lacking { ty: ty.clone(), expected, found: of(ty) };
        let counted = self.expected.iter().find(|(ty, count)| of(ty) != **count);
        counted.map(|(ty, count)| lacking(ty, *count)).or_else(|| {
            let gone = |ty: &&String| !self.expected.contains_key(*ty) && of(ty) == 0;
            self.encountered.iter().find(gone).map(|ty| lacking(ty, 1))
        })
    }

    /// Returns `true` if the file says how many objects were written.
    #[must_use]
    pub fn are_counted(&self) -> bool {
        !self.expected.is_empty()
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

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use serde_json::{Value, json};

    use super::*;

    fn config() -> ProptestConfig {
        let cases = std::env::var("J1_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
        ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
    }

    /// A file as writers write it: the types of a step that was not read in full stand in its metadata, too.
    fn summary(steps: &[(String, &str)]) -> (Value, BTreeSet<String>) {
        let partial: BTreeSet<String> =
            steps.iter().filter(|(_, status)| *status != "success").map(|(ty, _)| ty.clone()).collect();
        let results: Vec<Value> = steps
            .iter()
            .map(|(ty, status)| {
                json!({
                    "id": format!("fetch-{ty}"), "declaredTypes": [ty], "encounteredTypes": [ty],
                    "encounteredTypeCounts": { ty: 2 }, "status": status,
                })
            })
            .collect();
        let metadata = json!({ "partialDatasets": { "types": partial } });
        (json!({ "integrationStepResults": results, "metadata": metadata }), partial)
    }

    fn steps() -> impl Strategy<Value = Vec<(String, &'static str)>> {
        const STATUSES: [&str; 6] =
            ["success", "failure", "disabled", "pending_evaluation", "cached", "unheard_of"];
        vec(("[a-z]{1,4}_[a-z]{1,6}", select(&STATUSES[..])), 0..5)
    }

    proptest! {
        #![proptest_config(config())]

        /// One damaged character unprotects no type, and a file that was cut off is refused.
        #[test]
        fn a_damaged_summary_is_refused_or_protects_as_much(
            steps in steps(),
            at in any::<Index>(),
            other in prop_oneof![any::<char>(), select(vec!['"', ',', '[', ']', '{', '}', ':', ' ', '0', 'x'])],
        ) {
            let (json, partial) = summary(&steps);
            let text = json.to_string();
            let whole = Contents::read(&text).expect("it is whole");
            prop_assert!(whole.partial.keys().eq(partial.iter()));
            let marked = format!("\u{feff}{text}");
            prop_assert!(Contents::read(&marked).is_ok());
            let at = at.index(text.len());
            prop_assert!(Contents::read(&text[..at]).is_err());
            let damaged = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            if let Ok(read) = Contents::read(&damaged) {
                for ty in &partial {
                    prop_assert!(read.partial.contains_key(ty), "{ty} is not protected by {damaged}");
                }
            }
        }

        /// Any JSON, or none: an error, or types that are protected as it says.
        #[test]
        fn anything_is_a_summary_or_an_error(text in ".{0,200}") {
            let _ = Contents::read(&text);
        }
    }

    #[test]
    fn a_type_that_was_met_and_is_not_there_is_lacking() {
        let (mut json, _) = summary(&[("acme_user".to_owned(), "success")]);
        json["integrationStepResults"][0].as_object_mut().expect("a step").remove("encounteredTypeCounts");
        let contents = Contents::read(&json.to_string()).expect("a summary");
        let lacking = contents.lacking(&BTreeMap::new()).expect("it is lacking");
        assert_eq!((&*lacking.ty, lacking.expected, lacking.found), ("acme_user", 1, 0));
        assert_eq!(contents.lacking(&BTreeMap::from([("acme_user".to_owned(), 7)])), None);
    }
}
