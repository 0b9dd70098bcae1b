//! What an upload refuses: the upload rules of j1-core, without those of the data model.
//!
//! The service does not hold uploads to the classes of the data model, so neither do we: only
//! [`Layer::Upload`] violations refuse a batch.

use j1_core::validate::{self, Layer, Violation};
use serde_json::{Map, Value};

/// One reason why an object is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code of the rule in j1-core, e.g. `J1-E0202`.
    pub code: &'static str,
    /// What is wrong and what to send instead.
    pub message: String,
}

/// Why an entity is refused; empty when it is not.
pub fn entity(object: &Map<String, Value>) -> Vec<Refusal> {
    refusals(validate::entity(object))
}

/// Why a direct relationship is refused; empty when it is not.
pub fn relationship(object: &Map<String, Value>) -> Vec<Refusal> {
    refusals(validate::relationship(object))
}

/// Why a mapped relationship is refused; empty when it is not.
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
