//! The upload rules of j1-core, without those of the data model.
//!
//! The service does not check uploads against the classes of the data model, and neither does this crate: only
//! [`Layer::Upload`] violations refuse a batch.

use j1_core::validate::{self, Layer, Violation};
use serde_json::{Map, Value};

/// One reason to refuse an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code of the rule in j1-core, e.g. `J1-E0202`.
    pub code: &'static str,
    /// The problem, and what to send instead.
    pub message: String,
}

/// Checks an entity; returns the reasons to refuse it.
pub fn entity(object: &Map<String, Value>) -> Vec<Refusal> {
    refusals(validate::uploaded_entity(object))
}

/// Checks a direct relationship; returns the reasons to refuse it.
pub fn relationship(object: &Map<String, Value>) -> Vec<Refusal> {
    refusals(validate::relationship(object))
}

/// Checks a mapped relationship; returns the reasons to refuse it.
pub fn mapped_relationship(object: &Map<String, Value>) -> Vec<Refusal> {
    refusals(validate::mapped_relationship(object))
}

fn refusals(violations: Vec<Violation>) -> Vec<Refusal> {
    violations
        .into_iter()
        .filter(|violation| violation.layer == Layer::Upload)
        .map(|violation| Refusal { code: violation.code.0, message: violation.message })
        .collect()
}
