//! The destination of collected objects: JupiterOne, or a folder.
//!
//! A run owns one destination and lends it to the sinks. [`Destination::ready`] comes before [`Destination::put`]: the wait
//! for a place happens while the step still owns its batch, so that a step that is cancelled loses nothing.

use std::borrow::Cow;

use j1_core::Result;
use j1_core::graph::ObjectKind;
use j1_core::report::Event;

use crate::collection::{PartWriter, Writer};
use crate::engine::memory::Memory;
use crate::jupiterone::{Batch, Permit, SyncMode, UploadLimits, Uploader};

/// A place for one batch.
pub(crate) struct Place(Option<Permit>);

/// The destination of collected objects.
#[expect(clippy::large_enum_variant, reason = "a run has one")]
pub(crate) enum Destination {
    /// A job of JupiterOne.
    Upload(Uploader, SyncMode),
    /// A folder in the official layout.
    Disk(Writer),
    /// A file that later processes of a sharded job read.
    Part(PartWriter),
    /// Memory, for tests.
    Memory(Memory),
}

impl Destination {
    /// Returns the limits of a batch.
    pub fn limits(&self) -> UploadLimits {
        match self {
            Self::Upload(uploader, _) => *uploader.limits(),
            Self::Part(_) => UploadLimits::default(),
            // Objects that are uploaded later are measured then.
            Self::Disk(_) | Self::Memory(_) => {
                UploadLimits { object: usize::MAX, raw_data_object: usize::MAX, ..UploadLimits::default() }
            }
        }
    }

    /// Returns `true` if objects of this kind are sent there.
    pub fn takes(&self, kind: ObjectKind) -> bool {
        match self {
            Self::Upload(_, mode) => mode.takes(kind),
            _ => true,
        }
    }

    /// Returns `true` if others send objects there, too.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Upload(uploader, _) if uploader.is_shared())
    }

    /// Waits until there is a place for a batch. The caller keeps the batch until then, so a step that is cancelled
    /// while it waits loses nothing.
    pub async fn ready(&self) -> Result<Place> {
        Ok(match self {
            Self::Upload(uploader, _) => Place(Some(uploader.ready().await?)),
            Self::Disk(_) | Self::Part(_) | Self::Memory(_) => Place(None),
        })
    }

    /// Returns an empty batch that takes the place of this one.
    pub fn next(&self, kind: ObjectKind, batch: &Batch) -> Batch {
        match self {
            Self::Upload(uploader, _) => uploader.next(kind, batch),
            Self::Disk(_) | Self::Part(_) | Self::Memory(_) => batch.next(),
        }
    }

    /// Puts a batch in its place.
    pub fn put(&self, place: Place, step: &str, kind: ObjectKind, batch: Batch) -> Result<()> {
        match (self, place.0) {
            (Self::Upload(uploader, _), permit) => {
                uploader.send(permit, kind, batch);
                Ok(())
            }
            (Self::Disk(writer), _) => writer.take(step, kind, &batch),
            (Self::Part(writer), _) => writer.take(step, kind, &batch),
            (Self::Memory(memory), _) => memory.take(step, &batch),
        }
    }

    /// Cancels the uploads in flight.
    pub async fn cancel(&self) {
        if let Self::Upload(uploader, _) = self {
            uploader.cancel().await;
        }
    }

    /// Returns an object as it is sent. In the mode `CROSS_SCOPE` each relationship names the scopes of its ends;
    /// where it names none, this run's scope is added.
    pub fn written<'j>(&self, kind: ObjectKind, json: &'j [u8]) -> Cow<'j, [u8]> {
        let Self::Upload(uploader, SyncMode::CrossScope) = self else { return json.into() };
        let says = |name: &[u8]| json.windows(name.len()).any(|part| part == name);
        let Some(open) = json.strip_suffix(b"}").filter(|_| kind == ObjectKind::Relationship) else {
            return json.into();
        };
        if says(b"\"_fromEntityScope\"") || says(b"\"_toEntityScope\"") {
            return json.into();
        }
        let scope = serde_json::Value::from(uploader.scope());
        let ends = format!(",\"_fromEntityScope\":{scope},\"_toEntityScope\":{scope}}}");
        [open, ends.as_bytes()].concat().into()
    }

    /// Sends an event to the people who look at the job.
    pub fn tell(&self, step: &str, event: Event) {
        match self {
            Self::Upload(uploader, _) => uploader.tell(&event),
            Self::Memory(memory) => memory.tell(step, event),
            // A collection in a folder has no events.
            Self::Disk(_) | Self::Part(_) => {}
        }
    }

    /// Waits for a place, and puts a batch there.
    pub async fn take(&self, step: &str, kind: ObjectKind, batch: Batch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let place = self.ready().await?;
        self.put(place, step, kind, batch)
    }
}
