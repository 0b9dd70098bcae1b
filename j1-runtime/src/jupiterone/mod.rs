//! The Sync API of JupiterOne: start a job, upload to it, finalize or abort it.

mod client;
mod events;
mod limits;
mod pace;
pub(crate) mod prediction;
mod query;
mod sent;
mod spare;
mod uploader;
mod wire;

pub(crate) use client::{Credentials, SyncClient, is_on_this_machine};
pub(crate) use events::Events;
pub use limits::UploadLimits;
pub(crate) use pace::Permit;
pub(crate) use query::{Held, HeldMapped, HeldObject, NotHeld};
pub use sent::Uploads;
pub(crate) use uploader::{Batch, TooLarge, Uploader};
pub(crate) use wire::Opening;
pub use wire::{Job, Source, SyncMode};
