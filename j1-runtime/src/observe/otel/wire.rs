//! Spans and metrics as OTLP writes them in JSON: ids in hex, 64-bit numbers as texts, `lowerCamelCase`.
//! <https://github.com/open-telemetry/opentelemetry-proto>, `trace.proto` and `metrics.proto`.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use crate::observe::otel::export::nanos;
use crate::observe::otel::layer::{Fields, Finished, Value};

/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_CLIENT`.
const INTERNAL: u8 = 1;
const CLIENT: u8 = 3;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;
/// `AGGREGATION_TEMPORALITY_DELTA`: each run counts from 0.
const DELTA: u8 = 1;

/// The number of warnings and errors in the log.
#[derive(Clone, Copy)]
pub(super) struct Logged {
    pub warnings: u64,
    pub errors: u64,
}

/// The figures behind the metrics.
#[derive(Default)]
pub(super) struct Measured {
    began: Option<SystemTime>,
    ended: Option<SystemTime>,
    /// Name, unit, the step where it is one's, and the value.
    points: Vec<(&'static str, &'static str, Option<String>, i64)>,
}

impl Measured {
    /// Notes what a span says of durations and counts. The names are the official SDK's.
    pub fn note(&mut self, span: &Finished) {
        let millis = span.ended.duration_since(span.began).unwrap_or_default().as_millis();
        let millis = i64::try_from(millis).unwrap_or(i64::MAX);
        match span.name {
            "run" => {
                (self.began, self.ended) = (Some(span.began), Some(span.ended));
                self.points.push(("duration-total", "ms", None, millis));
            }
            "collect" => self.points.push(("duration-collect", "ms", None, millis)),
            "sync_upload" => self.points.push(("duration-sync-upload", "ms", None, millis)),
            "step" => {
                let Some(Value::Text(id)) = span.fields.get("id") else { return };
                let named = [
                    ("duration-step", "ms", "ms"),
                    ("collected_entities", "{entity}", "entities"),
                    ("collected_relationships", "{relationship}", "relationships"),
                ];
                for (name, unit, field) in named {
                    if let Some(Value::Number(value)) = span.fields.get(field) {
                        self.points.push((name, unit, Some(id.clone()), *value));
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns `true` if nothing ran.
    pub fn is_empty(&self) -> bool {
        self.began.is_none()
    }
}

/// A request that sends spans.
pub(super) fn traces(resource: &[(String, String)], spans: &[Finished]) -> String {
    let spans: Vec<Json> = spans.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": resource_of(resource),
        "scopeSpans": [{ "scope": scope(), "spans": spans }],
    }] })
    .to_string()
}

/// A request that sends metrics.
pub(super) fn metrics(resource: &[(String, String)], measured: &Measured, logged: Logged) -> String {
    let now = SystemTime::now();
    let (began, ended) = (nanos(measured.began.unwrap_or(now)), nanos(measured.ended.unwrap_or(now)));
    let mut metrics: Vec<Json> = Vec::new();
    for (name, unit, step, value) in &measured.points {
        let mut attributes: Vec<Json> = step.iter().map(|step| attribute("stepId", text(step))).collect();
        if *name == "duration-step" {
            // No step is taken from a cache.
            attributes.push(attribute("cached", text("false")));
        }
        let point = json!({ "timeUnixNano": ended, "attributes": attributes, "asInt": value.to_string() });
        match metrics.iter_mut().find(|metric| metric["name"] == *name) {
            Some(metric) => {
                if let Some(points) = metric["gauge"]["dataPoints"].as_array_mut() {
                    points.push(point);
                }
            }
            None => metrics.push(json!({ "name": name, "unit": unit, "gauge": { "dataPoints": [point] } })),
        }
    }
    for (name, count) in [("logged_warn", logged.warnings), ("logged_error", logged.errors)] {
        let point = json!({ "startTimeUnixNano": began, "timeUnixNano": ended, "asInt": count.to_string() });
        let sum = json!({ "dataPoints": [point], "aggregationTemporality": DELTA, "isMonotonic": true });
        metrics.push(json!({ "name": name, "unit": "1", "sum": sum }));
    }
    json!({ "resourceMetrics": [{
        "resource": resource_of(resource),
        "scopeMetrics": [{ "scope": scope(), "metrics": metrics }],
    }] })
    .to_string()
}

fn span(span: &Finished) -> Json {
    let attributes: Vec<Json> =
        span.fields.0.iter().map(|(name, value)| attribute(name, value_of(value))).collect();
    let events: Vec<Json> = span
        .events
        .iter()
        .map(|event| {
            let level = attribute("level", text(event.level.as_str()));
            json!({ "timeUnixNano": nanos(event.at), "name": event.what, "attributes": [level] })
        })
        .collect();
    let kind = if span.name.ends_with("_request") { CLIENT } else { INTERNAL };
    let mut out = json!({
        "traceId": format!("{:032x}", span.trace),
        "spanId": format!("{:016x}", span.id),
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": nanos(span.began),
        "endTimeUnixNano": nanos(span.ended),
        "attributes": attributes,
        "events": events,
    });
    if let Some(parent) = span.parent {
        out["parentSpanId"] = format!("{parent:016x}").into();
    }
    if has_failed(&span.fields) {
        out["status"] = json!({ "code": ERROR });
    }
    out
}

/// Returns `true` if the operation of a span failed: a step that failed, a request that was refused or got no response.
fn has_failed(fields: &Fields) -> bool {
    match fields.get("status") {
        Some(Value::Text(status)) => status == "failed",
        Some(Value::Number(status)) => *status == 0 || *status >= 400,
        _ => false,
    }
}

fn value_of(value: &Value) -> Json {
    match value {
        Value::Text(value) => text(value),
        Value::Number(number) => json!({ "intValue": number.to_string() }),
        Value::Flag(flag) => json!({ "boolValue": flag }),
    }
}

fn text(text: &str) -> Json {
    json!({ "stringValue": text })
}

#[expect(clippy::needless_pass_by_value, reason = "the macro only borrows it")]
fn attribute(name: &str, value: Json) -> Json {
    json!({ "key": name, "value": value })
}

fn resource_of(resource: &[(String, String)]) -> Json {
    let attributes: Vec<Json> = resource.iter().map(|(name, value)| attribute(name, text(value))).collect();
    json!({ "attributes": attributes })
}

fn scope() -> Json {
    json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") })
}
