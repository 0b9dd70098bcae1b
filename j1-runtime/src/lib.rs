//! Runs a JupiterOne integration: its steps, the upload, the provider's API, its command line.
//!
//! An integration is a library of entities and steps, and a `main` of one line:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     j1_runtime::main::<acme::Acme>()
//! }
//! ```

mod cli;
mod collection;
mod disk;
mod engine;
mod index;
mod jupiterone;
mod observe;
mod recordings;
mod redact;
mod run;
mod shard;

pub mod code;
pub mod provider;
pub mod testing;

/// Parts for the benches to measure. Not public API.
#[doc(hidden)]
pub mod __bench {
    pub use crate::engine::stages::{Keys, batches, spool};
    pub use crate::redact::stages::{in_object, learn, raw_data};
}

pub use cli::main;
pub use engine::{DisabledBy, Dropped, Partial, StepReport, StepStatus, ToleratedLoss, Withheld};
pub use j1_core::error::exit;
pub use jupiterone::prediction::{ChangedObject, Samples, TypeChange};
pub use jupiterone::{Job, Source, SyncMode, Uploads};
pub use observe::progress::WaitedMs;
pub use recordings::record::Recording;
pub use recordings::replay::Recordings;
pub use run::connect::Connect;
pub use run::shards::{ShardProgress, ShardSummary};
pub use run::summary::{Guard, Status, Summary};
