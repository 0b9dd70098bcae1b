//! Tests of an integration: one step with what it reads given as values, or all of it, into memory.
//!
//! The engine is that of production, with its order of steps, its checks, its handling of duplicates and its outcomes.
//! The test only provides the two ends: the provider's responses, and the destination of the graph.
//!
//! A program that does not use this module pays nothing: there is no further dependency, and unused code is not linked.
//! Only the feature `proptest` adds one, for `records_like`; a project has it among its `dev-dependencies`.

mod conserved;
mod coverage;
mod double;
mod fault;
mod graph;
mod harness;
mod listing;
mod ran;
#[cfg(feature = "proptest")]
mod records;
mod run;
mod shards;
mod step;

#[cfg(feature = "faults")]
pub use crate::disk::faults::{disk_failure, fail_disk_after};
pub use crate::engine::StopSignal;
#[cfg(feature = "faults")]
pub use crate::index::budget::faults::keep_few_keys_in_memory;
pub use crate::jupiterone::UploadLimits;
pub use conserved::assert_conserved;
pub use coverage::Coverage;
pub use double::Double;
pub use fault::Fault;
pub use graph::{Graph, Outline};
pub use harness::Harness;
pub use listing::Listing;
pub use ran::Ran;
#[cfg(feature = "proptest")]
pub use records::records_like;
pub use run::Run;
pub use shards::{ShardBackend, Shards};
pub use step::Step;
