//! Parts of the engine that the benches measure by themselves.

use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::Entity;

use crate::engine::keys::{Added, KeyIndex};
use crate::engine::spool::Spool;
use crate::jupiterone::{Batch, UploadLimits};

/// The keys of a run.
pub struct Keys(KeyIndex);

impl Default for Keys {
    fn default() -> Self {
        Self(KeyIndex::new(Arc::default()))
    }
}

impl Keys {
    /// Adds a key of an entity; `true` if it is new.
    pub fn add<T: Entity>(&mut self, key: &str, json: &[u8]) -> bool {
        matches!(self.0.add(key, T::META.ty(), json, 0, 0), Ok(Added::New))
    }
}

/// Stores objects, and reads them back.
///
/// # Errors
/// When there is no room in the temporary folder.
pub fn spool(objects: &[Vec<u8>]) -> Result<()> {
    let spool = Arc::new(Spool::default());
    for object in objects {
        spool.push("", object)?;
    }
    let mut stored = spool.read()?;
    while stored.next()?.is_some() {}
    Ok(())
}

/// Puts objects into batches; returns how many batches were full.
#[must_use]
pub fn batches(objects: &[Vec<u8>]) -> usize {
    let (limits, ty) = (UploadLimits::default(), Arc::from("bench"));
    let (mut batch, mut full) = (Batch::default(), 0);
    for object in objects {
        if batch.push(&ty, "key", object, None, &limits) {
            full += 1;
            batch = Batch::default();
        }
    }
    full
}
