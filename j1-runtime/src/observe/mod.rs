//! Everything a run tells about itself while it goes: counts of the current step, progress, spans, metrics.

#[cfg(feature = "otel")]
pub(crate) mod otel;
pub(crate) mod progress;
pub(crate) mod stats;
pub(crate) mod trace;
