//! Counts what a step has done so far.
//!
//! The engine makes one [`StepStats`] for each step and enters it around the step's task; everything that reads for the
//! step adds to it. Progress, the report and the spans only read. Counters are relaxed atomics: no order among them is
//! promised.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use j1_core::report::Marks;
use j1_core::step::StepMeta;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::observe::progress::{Lasting, Wait, Waits};

/// Counters of one step.
#[derive(Debug, Default)]
pub(crate) struct StepStats {
    pub entities: AtomicU64,
    pub relationships: AtomicU64,
    pub requests: AtomicU64,
    pub retries: AtomicU64,
    /// Records that could not be read, of all lists.
    pub unreadable: AtomicU64,
    /// The waits of the step, past and present.
    pub waits: Waits,
    /// The id of the step.
    pub step: Option<&'static str>,
    /// The permissions that the step declares.
    pub permissions: &'static [&'static str],
}

impl StepStats {
    /// The counters of a step that begins.
    pub fn new(step: &StepMeta) -> Self {
        Self { step: Some(step.id), permissions: step.permissions, ..Self::default() }
    }
}

tokio::task_local! {
    /// The counters of the step that this task runs.
    static CURRENT: Arc<StepStats>;
}

/// Runs a step so that its requests to the provider are counted for it.
pub(crate) async fn counted<F: Future>(stats: Arc<StepStats>, step: F) -> F::Output {
    CURRENT.scope(stats, step).await
}

/// Runs another task's work for this one, counted for it and within its span.
pub(crate) fn same<F: Future>(doing: F) -> impl Future<Output = F::Output> {
    // Now, in this task: when the future runs it is in the other one.
    let (stats, marks) = (CURRENT.try_with(Arc::clone), Marks::current());
    let doing = async move {
        match marks {
            // What the other task loses, the step loses.
            Some(marks) => marks.scope(doing).await,
            None => doing.await,
        }
    };
    async move {
        match stats {
            Ok(stats) => counted(stats, doing).await,
            Err(_) => doing.await,
        }
    }
    .in_current_span()
}

/// Permissions declared by the current step; empty outside a step.
pub(crate) fn permissions() -> &'static [&'static str] {
    CURRENT.try_with(|stats| stats.permissions).unwrap_or_default()
}

/// The id of the current step; `None` outside a step.
pub(crate) fn step() -> Option<&'static str> {
    CURRENT.try_with(|stats| stats.step).unwrap_or_default()
}

/// Notes that the step waits for something, until what this gives is dropped; nothing outside a step.
pub(crate) fn waiting(wait: Wait, until: Option<Instant>) -> Option<Lasting> {
    CURRENT.try_with(|stats| stats.waits.begin(wait, until)).ok()
}

/// Notes that a request of the step is under way, until what this gives is dropped; nothing outside a step.
pub(crate) fn under_way() -> Option<Lasting> {
    CURRENT.try_with(|stats| stats.waits.under_way()).ok()
}

/// Counts a request to the provider.
pub(crate) fn request(again: bool) {
    // Outside a step, such as while credentials are tried, requests are not counted.
    let _ = CURRENT.try_with(|stats| {
        stats.requests.fetch_add(1, Ordering::Relaxed);
        if again {
            stats.retries.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// Counts a record of the step that could not be read, and returns how many there are; `None` outside a step.
pub(crate) fn unreadable() -> Option<u64> {
    CURRENT.try_with(|stats| stats.unreadable.fetch_add(1, Ordering::Relaxed) + 1).ok()
}
