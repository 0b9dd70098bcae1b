//! The spans of a run: what takes its time, by name. `docs/observing.md` lists them.
//!
//! Their fields hold no secrets: URLs are redacted, bodies and headers are never in them.

use j1_core::graph::ObjectKind;
use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use super::progress::EndedStep;

/// The whole of a command. All others are within it.
pub(crate) fn run(integration: &str, command: &str) -> Span {
    debug_span!("run", integration, command, exit_code = Empty)
}

/// All the steps, and the relationships whose ends came after them.
pub(crate) fn collect() -> Span {
    debug_span!("collect")
}

/// The upload of what was collected before.
pub(crate) fn sync_upload() -> Span {
    debug_span!("sync_upload")
}

/// A step, from its begin until what it added has been handed to the upload.
pub(crate) fn step(id: &str) -> Span {
    info_span!(
        "step",
        id,
        status = Empty,
        entities = Empty,
        relationships = Empty,
        requests = Empty,
        retries = Empty,
        ms = Empty
    )
}

/// Notes what became of a step.
pub(crate) fn ended(step: &Span, ended: &EndedStep) {
    let status = match (ended.failed, ended.complete) {
        (true, _) => "failed",
        (false, true) => "complete",
        (false, false) => "partial",
    };
    step.record("status", status)
        .record("entities", ended.entities)
        .record("relationships", ended.relationships)
        .record("requests", ended.requests)
        .record("retries", ended.retries)
        .record("ms", ended.millis);
}

/// A request to the provider with all its waits and repetitions, until its last response.
pub(crate) fn provider_request(name: impl Fn() -> String) -> Span {
    // The name is made, and searched for secrets, only if the span is recorded.
    debug_span!(
        "provider_request",
        name = name(),
        requests = Empty,
        status = Empty,
        bytes = Empty,
        ms = Empty
    )
}

/// A batch on its way to JupiterOne, until it has been taken; `step` is the one that filled it.
pub(crate) fn upload(step: Option<&str>, kind: ObjectKind, objects: usize, bytes: usize) -> Span {
    let kind = match kind {
        ObjectKind::Entity => "entities",
        ObjectKind::Relationship => "relationships",
    };
    debug_span!("upload", step, kind, objects, bytes, ms = Empty)
}

/// A request to JupiterOne with its repetitions, until its last response.
pub(crate) fn jupiterone_request(name: &str) -> Span {
    debug_span!("jupiterone_request", name, requests = Empty, status = Empty, ms = Empty)
}

/// The wait for the uploads that are still under way when the last step has ended.
pub(crate) fn settle() -> Span {
    info_span!("settle")
}

/// The comparison with what JupiterOne holds.
pub(crate) fn predict() -> Span {
    info_span!("predict")
}

/// The finalize of a job until JupiterOne has responded, where it continues.
pub(crate) fn finalize(job: &str, partial: usize) -> Span {
    info_span!("finalize", job, partial_types = partial, status = Empty)
}

/// The wait for the end of a finalized job.
pub(crate) fn wait(job: &str) -> Span {
    info_span!("wait", job, status = Empty)
}

/// Notes how long it has taken, in milliseconds.
pub(crate) fn took(span: &Span, since: tokio::time::Instant) {
    if !span.is_disabled() {
        span.record("ms", u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
    }
}
