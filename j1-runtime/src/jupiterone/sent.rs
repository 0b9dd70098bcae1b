//! Counts of what was sent to JupiterOne.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// Counts what is sent.
#[derive(Default)]
pub(super) struct Sent {
    requests: AtomicU64,
    retries: AtomicU64,
    bytes: AtomicU64,
}

/// The requests sent to JupiterOne.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Uploads {
    /// Requests in all, those about the job and for what it holds included.
    pub requests: u64,
    /// Those of them that were made again.
    pub retries: u64,
    /// Bytes of their bodies as sent, after compression.
    pub bytes: u64,
}

impl Sent {
    /// Counts a request.
    pub fn count(&self, again: bool, bytes: usize) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(u64::from(again), Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns the counts of what was sent so far.
    pub fn so_far(&self) -> Uploads {
        let [requests, retries, bytes] =
            [&self.requests, &self.retries, &self.bytes].map(|count| count.load(Ordering::Relaxed));
        Uploads { requests, retries, bytes }
    }
}
