//! Sends the spans and metrics of a run to an OpenTelemetry collector: OTLP over HTTP, as JSON.
//!
//! This does not use the `opentelemetry` crates, because little is needed: the run's spans exist already, and OTLP's
//! JSON is stable (<https://opentelemetry.io/docs/specs/otlp/>). Those crates are more code than all of the logging,
//! and bring threads and HTTP clients of their own, which do not know our proxies and certificates.

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

/// Returns the layer that exports spans, if the environment names a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`). If its
/// settings are wrong, returns the message instead, to be logged once there is a log.
pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>(
    service: &str,
) -> (Option<impl Layer<S>>, Option<String>) {
    let exporter = match Settings::read(service, |name| std::env::var(name).ok()) {
        Ok(Some(settings)) => Arc::new(Exporter::start(settings)),
        Ok(None) => return (None, None),
        Err(wrong) => return (None, Some(wrong)),
    };
    // A process has one command line, so the exporter is set once.
    let exporter = Arc::clone(EXPORTER.get_or_init(|| exporter));
    let ours = Targets::new().with_target("j1_runtime", Level::DEBUG);
    (Some(Spans::new(exporter).with_filter(ours)), None)
}

/// Sends what has not been sent, and waits until the collector has taken it or its time is up.
pub(crate) fn finish() {
    if let Some(exporter) = EXPORTER.get() {
        exporter.finish();
    }
}
