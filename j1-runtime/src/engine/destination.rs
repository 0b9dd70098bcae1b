//! Where what is collected goes: to JupiterOne, or to disk.

use j1_core::Result;
use j1_core::recorder::ObjectKind;

use crate::layout::Writer;
use crate::sync::{Batch, SyncMode, Uploader};

/// Where what is collected goes.
pub(crate) enum Destination {
    /// To a job of JupiterOne.
    Upload(Uploader, SyncMode),
    /// To a folder in the official layout.
    Disk(Writer),
}

impl Destination {
    /// Whether objects of this kind are sent there.
    pub fn takes(&self, kind: ObjectKind) -> bool {
        // A PATCH takes entities only, and nothing is deleted that is not sent.
        !matches!(self, Self::Upload(_, SyncMode::Patch)) || kind == ObjectKind::Entity
    }

    pub async fn take(&self, step: &str, kind: ObjectKind, batch: Batch) -> Result<()> {
        match self {
            Self::Upload(uploader, _) => uploader.send(kind, batch).await,
            Self::Disk(writer) => writer.take(step, kind, &batch),
        }
    }
}
