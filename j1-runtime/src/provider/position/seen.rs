//! The part of a list that was read so far: its latest pages and cursors, and its counts.

use std::collections::{HashSet, VecDeque};

/// The number of pages and cursors remembered to notice a repetition. A longer cycle ends at the maximum number
/// of pages.
const REMEMBERED: usize = 4096;

/// The provider's count of the records, from its first response to its last.
#[derive(Default)]
pub(super) struct Totals {
    pub last: Option<u64>,
    /// The count that was followed by a smaller one.
    pub fell_from: Option<u64>,
}

/// Distinguishes the hash of a cursor from that of a page.
pub(super) const CURSOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hashes of the latest pages and cursors.
#[derive(Default)]
pub(super) struct Seen {
    hashes: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Seen {
    /// Remembers a hash, and returns `true` if it is new.
    pub fn insert(&mut self, hash: u64) -> bool {
        if !self.hashes.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > 2 * REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
        true
    }
}

impl Totals {
    pub fn note(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        if self.last.is_some_and(|last| total < last) {
            self.fell_from = self.fell_from.or(self.last);
        }
        self.last = Some(total);
    }
}
