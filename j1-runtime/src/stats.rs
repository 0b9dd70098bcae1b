//! What a step has done so far, counted while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one step.
#[derive(Debug, Default)]
pub(crate) struct StepStats {
    pub entities: AtomicU64,
    pub relationships: AtomicU64,
    pub requests: AtomicU64,
    pub retries: AtomicU64,
}

tokio::task_local! {
    /// The counters of the step that this task runs.
    static CURRENT: Arc<StepStats>;
}

/// Runs a step so that what it asks the vendor counts as its own.
pub(crate) async fn counted<F: Future>(stats: Arc<StepStats>, step: F) -> F::Output {
    CURRENT.scope(stats, step).await
}

/// Counts a request to the vendor.
pub(crate) fn request(again: bool) {
    // Outside a step, as while credentials are tried, nobody counts.
    let _ = CURRENT.try_with(|stats| {
        stats.requests.fetch_add(1, Ordering::Relaxed);
        if again {
            stats.retries.fetch_add(1, Ordering::Relaxed);
        }
    });
}
