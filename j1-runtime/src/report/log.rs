//! The log on stderr.

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::redact::Redacting;

/// Logs our own events from `level` on to stderr, without secrets; `RUST_LOG` says otherwise where it is set.
pub(crate) fn log(level: Level) {
    let targets = std::env::var("RUST_LOG")
        .ok()
        .and_then(|filter| filter.parse::<Targets>().ok())
        .unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN).with_target("j1_runtime", level));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(|| Redacting(anstream::stderr()))
        .with_ansi(true)
        .with_target(false)
        .without_time();
    // It fails only where the program has a log of its own already.
    let _ = tracing_subscriber::registry().with(layer).with(targets).try_init();
}
