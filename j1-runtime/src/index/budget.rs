//! The memory that the maps of a process may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The memory that a run may take, unless it is said otherwise.
const DEFAULT: usize = 512 << 20;
/// The part of a run's memory that is not for maps: the program, pages, batches, and uploads on their way.
const OTHERS: usize = 48 << 20;

/// The memory that the maps of a process may take, and how much of it is taken.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    /// The most entries of a map in memory; only tests have few.
    most: usize,
    taken: AtomicUsize,
    /// `true` after a map could not take what it needed, until a large one makes room.
    wanted: AtomicBool,
}

impl Budget {
    /// The least memory of a run, in bytes.
    pub const LEAST: usize = 64 << 20;

    /// The memory of the maps of a run that may take this many bytes in all, [`Self::LEAST`] or more.
    pub fn for_run(bytes: usize) -> Self {
        Self::new(bytes.saturating_sub(OTHERS))
    }

    pub(super) fn new(limit: usize) -> Self {
        Self { limit, most: most(), taken: AtomicUsize::new(0), wanted: AtomicBool::new(false) }
    }

    /// Maps of which this many entries are in memory.
    #[cfg(test)]
    pub fn with_entries(limit: usize, most: usize) -> Self {
        Self { most, ..Self::new(limit) }
    }

    /// The bytes that the maps may take.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// The most entries of a map in memory.
    pub const fn most(&self) -> usize {
        self.most
    }

    /// Returns `true` as long as most of the memory is free.
    pub fn is_ample(&self) -> bool {
        self.taken.load(Ordering::Relaxed) < self.limit / 4
    }

    /// Takes memory; `false` if there is not as much, and then others are asked to make room.
    pub fn take(&self, bytes: usize) -> bool {
        let taken = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
            taken.checked_add(bytes).filter(|taken| *taken <= self.limit)
        });
        if taken.is_err() {
            self.wanted.store(true, Ordering::Relaxed);
        }
        taken.is_ok()
    }

    /// Takes memory that there must be.
    pub fn force(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives memory back.
    pub fn give(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Returns `true` once if another map could not take what it needed.
    pub fn was_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) && self.wanted.swap(false, Ordering::Relaxed)
    }

    #[cfg(test)]
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::for_run(DEFAULT)
    }
}

/// The most entries of a map in memory, as long as there is memory.
#[cfg(not(feature = "faults"))]
const fn most() -> usize {
    usize::MAX
}

#[cfg(feature = "faults")]
fn most() -> usize {
    faults::MOST.load(Ordering::Relaxed)
}

#[cfg(feature = "faults")]
pub(crate) mod faults {
    use std::sync::atomic::{AtomicUsize, Ordering};

    pub(super) static MOST: AtomicUsize = AtomicUsize::new(usize::MAX);

    /// Lets only this many of the keys of a run stay in memory, from the next run of this process on. For tests of what is on
    /// disk otherwise only in runs with millions of objects.
    pub fn keep_few_keys_in_memory(keys: usize) {
        MOST.store(keys.max(1), Ordering::Relaxed);
    }
}

/// A part of a budget, given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Share {
    pub fn new(budget: Arc<Budget>) -> Self {
        Self { budget, bytes: 0 }
    }

    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Takes more; `false` if there is not as much.
    pub fn take(&mut self, bytes: usize) -> bool {
        let taken = self.budget.take(bytes);
        self.bytes += if taken { bytes } else { 0 };
        taken
    }

    pub fn force(&mut self, bytes: usize) {
        self.budget.force(bytes);
        self.bytes += bytes;
    }

    pub fn clear(&mut self) {
        self.budget.give(std::mem::take(&mut self.bytes));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}
