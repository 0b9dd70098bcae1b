//! The terminal, which progress and the log share.

use std::sync::{PoisonError, RwLock};

use indicatif::MultiProgress;

/// The lines that are drawn over again, while a run shows some.
static DRAWN: RwLock<Option<MultiProgress>> = RwLock::new(None);

/// From now on these lines are drawn; `None`: no more are.
pub(crate) fn draw(lines: Option<MultiProgress>) {
    *DRAWN.write().unwrap_or_else(PoisonError::into_inner) = lines;
}

/// Writes on the terminal beside what is drawn there: above it, and whole.
pub(crate) fn aside<T>(write: impl FnOnce() -> T) -> T {
    match &*DRAWN.read().unwrap_or_else(PoisonError::into_inner) {
        Some(lines) => lines.suspend(write),
        None => write(),
    }
}
