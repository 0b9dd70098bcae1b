//! Keeps what is collected, for tests that look at it.

use std::sync::{Mutex, PoisonError};

use j1_core::Result;
use serde_json::Value;

use crate::sync::Batch;

/// All that was collected: each object, with the id of the step that added it.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Vec<(String, Value)>>);

impl Memory {
    /// Takes a batch of a step's objects.
    pub fn take(&self, step: &str, batch: &Batch) -> Result<()> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, json) in batch.objects() {
            kept.push((step.to_owned(), serde_json::from_slice(json)?));
        }
        Ok(())
    }

    /// What was taken, in the order in which it came.
    pub fn into_objects(self) -> Vec<(String, Value)> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
