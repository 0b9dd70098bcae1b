//! The log on stderr.

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::observe::screen::aside;
use crate::redact::Redacting;

/// Logs our own events from `level` on to stderr, and spans as they end, without secrets; `RUST_LOG` says otherwise where
/// it is set. With the feature `otel`, spans go to a collector as well, as those of the service `name`.
pub(crate) fn log(level: Level, name: &str) {
    let asked = std::env::var("RUST_LOG").ok().filter(|filter| !filter.is_empty());
    let (asked, wrong) = match asked.as_deref().map(str::parse::<Targets>) {
        Some(Ok(targets)) => (Some(targets), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let targets = asked
        .unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN).with_target("j1_runtime", level));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(|| Redacting(Aside))
        .with_ansi(true)
        .with_target(false)
        .with_span_events(FmtSpan::CLOSE)
        .without_time()
        .with_filter(targets);
    let registry = tracing_subscriber::registry().with(layer);
    #[cfg(feature = "otel")]
    let (exported, unexported) = crate::observe::otel::layer(name);
    #[cfg(feature = "otel")]
    let registry = registry.with(exported);
    #[cfg(not(feature = "otel"))]
    let unexported: Option<String> = std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT")
        .map(|_| format!("`{name}` was built without the feature `otel` of j1-runtime, which exports it"));
    // It fails only where the program has a log of its own already.
    let _ = registry.try_init();
    if let Some(why) = unexported {
        tracing::warn!("no telemetry is exported: {why}");
    }
    if let Some(error) = wrong {
        tracing::warn!(
            "RUST_LOG is not followed: {error}; write a level such as `debug`, or `target=level`, comma-separated"
        );
    }
}

/// Writes on stderr, beside the progress that is drawn there.
struct Aside;

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        aside(|| anstream::stderr().write_all(bytes)).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        anstream::stderr().flush()
    }
}
