//! Keeps collected objects in memory, for tests.

use std::sync::{Mutex, PoisonError};

use j1_core::Result;
use j1_core::report::Event;
use serde_json::Value;

use crate::jupiterone::Batch;

/// Items, each with the id of its step.
pub(crate) type OfSteps<T> = Vec<(String, T)>;

/// The collected objects and events.
#[derive(Default)]
pub(crate) struct Memory {
    objects: Mutex<OfSteps<Value>>,
    events: Mutex<OfSteps<Event>>,
}

impl Memory {
    /// Takes a batch of a step's objects.
    pub fn take(&self, step: &str, batch: &Batch) -> Result<()> {
        let mut kept = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, json) in batch.objects() {
            kept.push((step.to_owned(), serde_json::from_slice(json)?));
        }
        Ok(())
    }

    /// Takes an event of a step.
    pub fn tell(&self, step: &str, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push((step.to_owned(), event));
    }

    /// Returns the objects and events in the order they were added.
    pub fn into_parts(self) -> (OfSteps<Value>, OfSteps<Event>) {
        (
            self.objects.into_inner().unwrap_or_else(PoisonError::into_inner),
            self.events.into_inner().unwrap_or_else(PoisonError::into_inner),
        )
    }
}
