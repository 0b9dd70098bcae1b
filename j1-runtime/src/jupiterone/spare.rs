//! The memory of batches that were sent, for the next ones: to have the system map it anew for each batch takes longer than to
//! fill it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use j1_core::graph::ObjectKind;
use j1_core::model::limits::BATCH_BYTES;

use crate::jupiterone::Batch;

/// The number of batches of a kind that are kept. More are on their way only while JupiterOne is slower than this machine.
const KEPT: usize = 2;
/// The most bytes that one of them may have room for: one with a huge object is not kept.
const MOST_BYTES: usize = 2 * BATCH_BYTES;

/// Empty batches by their kind: relationships need a tenth of the room of entities.
#[derive(Default)]
pub(super) struct Spare {
    entities: Mutex<Vec<Batch>>,
    relationships: Mutex<Vec<Batch>>,
}

impl Spare {
    /// Returns an empty batch, if there is one.
    pub fn take(&self, kind: ObjectKind) -> Option<Batch> {
        self.of_kind(kind).pop()
    }

    /// Keeps a batch without its objects.
    pub fn put(&self, kind: ObjectKind, mut batch: Batch) {
        batch.clear();
        let mut kept = self.of_kind(kind);
        if kept.len() < KEPT && batch.room() <= MOST_BYTES {
            kept.push(batch);
        }
    }

    fn of_kind(&self, kind: ObjectKind) -> MutexGuard<'_, Vec<Batch>> {
        let kept = match kind {
            ObjectKind::Entity => &self.entities,
            ObjectKind::Relationship => &self.relationships,
        };
        kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::jupiterone::UploadLimits;

    fn batch(bytes: usize) -> Batch {
        let mut batch = Batch::default();
        let json = format!("{{\"a\":\"{}\"}}", "x".repeat(bytes));
        let limits = UploadLimits { raw_data_object: 1, ..UploadLimits::default() };
        batch.push(&Arc::from("acme_user"), "key", json.as_bytes(), Some(b"{}"), &limits);
        batch
    }

    #[test]
    fn a_batch_comes_back_empty_and_with_its_room() {
        let spare = Spare::default();
        assert!(spare.take(ObjectKind::Entity).is_none());
        spare.put(ObjectKind::Entity, batch(1000));
        assert!(spare.take(ObjectKind::Relationship).is_none());
        let mut again = spare.take(ObjectKind::Entity).expect("it was kept");
        assert!(again.is_empty() && again.room() >= 1000);
        assert!(again.take_shortened().is_empty(), "what was cut belongs to the batch before");
        for (ty, key) in [("acme_group", "one"), ("acme_user", "two"), ("acme_group", "three")] {
            again.push(&Arc::from(ty), key, b"{}", None, &UploadLimits::default());
        }
        let parts: Vec<_> = again.parts().map(|part| (part.ty.to_string(), part.key.to_owned())).collect();
        let expected = [("acme_group", "one"), ("acme_user", "two"), ("acme_group", "three")];
        assert_eq!(parts, expected.map(|(ty, key)| (ty.to_owned(), key.to_owned())));
    }

    #[test]
    fn few_batches_are_kept_and_no_huge_one() {
        let spare = Spare::default();
        spare.put(ObjectKind::Entity, batch(MOST_BYTES));
        assert!(spare.take(ObjectKind::Entity).is_none());
        for _ in 0..KEPT + 3 {
            spare.put(ObjectKind::Entity, batch(10));
        }
        assert_eq!(std::iter::from_fn(|| spare.take(ObjectKind::Entity)).count(), KEPT);
    }
}
