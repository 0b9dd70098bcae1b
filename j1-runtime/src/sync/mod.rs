//! The Sync API of JupiterOne: start a job, upload to it, finalize or abort it.

mod client;
mod query;
mod uploader;
mod wire;

pub(crate) use client::{Credentials, SyncClient};
pub(crate) use query::{Held, HeldObject};
pub(crate) use uploader::{Batch, TooLarge, Uploader};
pub use wire::{Job, SyncMode};
