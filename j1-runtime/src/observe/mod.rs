//! Everything that a run reports about itself while it goes on: counts of the current step, progress, spans, metrics.

#[cfg(feature = "otel")]
pub(crate) mod otel;
pub(crate) mod progress;
pub(crate) mod screen;
pub(crate) mod stats;
pub(crate) mod strays;
pub(crate) mod table;
pub(crate) mod trace;
