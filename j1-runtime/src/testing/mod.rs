//! Tests of an integration: one step with what it reads given as values, or all of it, into memory.
//!
//! What runs is the engine that runs in production: its order, its checks, its duplicates and its outcomes. Only
//! the two ends are a test's: the provider's answers, and where the graph goes.
//!
//! Nothing here costs a program that does not use it: it brings no dependency, and what is not called is not linked.
//! Only the feature `proptest` brings one, for `records_like`; a project has it among its `dev-dependencies`.

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
