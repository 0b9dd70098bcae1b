//! Sends the spans and metrics of a run to an OpenTelemetry collector: OTLP over HTTP, as JSON.
//!
//! It is written here, and not taken from the `opentelemetry` crates, since it is little: the run's spans exist already, and
//! OTLP's JSON is stable (<https://opentelemetry.io/docs/specs/otlp/>). Those crates are more code than the rest of what
//! is behind the log, and bring threads and clients of their own, without this one's proxies and certificates.

mod export;
mod layer;
mod settings;
mod wire;

use std::sync::{Arc, OnceLock};

use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use export::Exporter;
use layer::Spans;
use settings::Settings;

/// The exporter of this process, if telemetry is configured.
static EXPORTER: OnceLock<Arc<Exporter>> = OnceLock::new();

/// Takes the spans, where the environment names a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`); otherwise, or where what it
/// says is wrong, nothing. What is wrong is to be told once there is a log.
pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>(
    service: &str,
) -> (Option<impl Layer<S>>, Option<String>) {
    let exporter = match Settings::read(service, |name| std::env::var(name).ok()) {
        Ok(Some(settings)) => Arc::new(Exporter::start(settings)),
        Ok(None) => return (None, None),
        Err(wrong) => return (None, Some(wrong)),
    };
    // It is set once: there is one command line in a process.
    let exporter = Arc::clone(EXPORTER.get_or_init(|| exporter));
    let ours = Targets::new().with_target("j1_runtime", Level::DEBUG);
    (Some(Spans::new(exporter).with_filter(ours)), None)
}

/// Sends what has not been sent, and waits until the collector has taken it, or has had its time.
pub(crate) fn finish() {
    if let Some(exporter) = EXPORTER.get() {
        exporter.finish();
    }
}
