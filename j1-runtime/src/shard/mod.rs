//! One account over many processes: one job, one finalize.
//!
//! ```text
//! plan   root steps, plan.json
//! open   starts the job, uploads what the root steps collected, job.json
//! work   for each shard: collects into a file, uploads it, writes a receipt
//! close  receipts, reduce steps, the deletion guard, one finalize
//! ```
//!
//! **Ownership.** A store holds numbered runs, one after another; only the last one is worked on. Every file is written once,
//! if it is absent, so that of two processes that do the same work one wins and the other uses what the winner wrote. What a
//! shard collected is in the store before its upload begins: a repeated upload sends the same objects. A worker holds an
//! [`session::Uploading`], which can upload; only [`session::Closing`] can finalize, and it is made from a complete set of
//! receipts. JupiterOne's job is the only thing that counts: a run that ends before the finalize has changed nothing.
//!
//! **Time.** No phase reads the clock of its machine: there are no leases and nothing expires. What is older is decided by the
//! order of files in the store and by JupiterOne's clock.

mod backend;
mod clean;
mod close;
#[cfg(any(feature = "store-s3", feature = "store-gcs", feature = "store-azure"))]
mod cloud;
mod command;
mod cut;
mod files;
mod folder;
mod forecast;
mod known;
mod local;
mod merge;
mod open;
mod part;
mod plan;
mod receipt;
mod reduce;
mod session;
mod settings;
mod status;
mod store;
mod weights;
mod work;

pub use backend::Backend;
pub(crate) use command::{ShardCommand, WholeRun, run};
pub(crate) use settings::{CloseSettings, OpenSettings, PlanSettings, Setup, WorkSettings};
pub(crate) use store::Store;
pub(crate) use work::Assignment;
pub(crate) use {close::close, open::open, plan::begin, plan::plan, status::status, work::work};
