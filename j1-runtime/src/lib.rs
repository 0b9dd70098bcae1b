//! Runs a JupiterOne integration: its steps, the upload, the vendor's API, its command line.
//!
//! An integration is a library of entities and steps, and a `main` of one line:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     j1_runtime::main::<acme::Acme>()
//! }
//! ```

mod cli;
mod command;
mod connect;
mod drift;
mod engine;
mod env;
mod http;
mod layout;
#[cfg(feature = "otel")]
mod otel;
mod predict;
mod progress;
mod record;
mod redact;
mod replay;
mod report;
mod retry;
mod stats;
mod summary;
mod sync;
mod trace;
mod traffic;

pub mod code;
pub mod testing;
pub mod vendor;

pub use cli::main;
pub use connect::Connect;
pub use engine::{DisabledBy, Dropped, Partial, StepReport, StepStatus};
pub use predict::{ChangedObject, Samples, TypeChange};
pub use progress::WaitedMs;
pub use record::Recording;
pub use replay::Recordings;
pub use summary::{Guard, Status, Summary};
pub use sync::{Job, Source, SyncMode, Uploads};
