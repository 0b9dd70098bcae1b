//! Events that the engine sends for the people who look at a job.

use j1_core::report::{Event, Level, Tolerated};

use crate::engine::destination::Destination;
use crate::engine::ledger::{StepReport, StepStatus, Withheld};

/// Tells an event: to the log, and to JupiterOne where the run uploads to it.
pub(super) fn tell(destination: &Destination, step: &str, event: Event) {
    let (name, what) = (event.name(), event.description());
    // The events that the engine sends for each step are shown elsewhere.
    if !name.starts_with("step_") {
        match event.level() {
            Level::Info => tracing::info!(step, event = name, "{what}"),
            Level::Warn => tracing::warn!(step, event = name, "{what}"),
            Level::Error => tracing::error!(step, event = name, "{what}"),
        }
    }
    destination.tell(step, event);
}

/// A step has begun.
pub(super) fn began(destination: &Destination, step: &str) {
    destination.tell(step, Event::step_start(format!("step `{step}` has begun")));
}

/// A step does not run.
pub(super) fn skipped(destination: &Destination, step: &str, reason: &str) {
    destination.tell(step, Event::step_skip(format!("step `{step}` does not run: {reason}")));
}

/// A step has ended.
pub(super) fn ended(destination: &Destination, report: &StepReport) {
    let (id, reason) = (report.id, report.partial.first().map_or("", |partial| partial.reason.as_str()));
    if report.status == StepStatus::Failure {
        return destination.tell(id, Event::step_failure(format!("step `{id}` has failed: {reason}")));
    }
    let (entities, relationships) = (report.entities, report.relationships);
    let event = Event::step_end(format!(
        "step `{id}` has ended with {entities} entities and {relationships} relationships"
    ));
    destination.tell(id, event);
    if !report.partial.is_empty() {
        let types: Vec<&str> = report.partial.iter().map(|partial| partial.ty.as_str()).collect();
        let event = Event::warn_incomplete_data(format!(
            "step `{id}` did not read everything, and nothing of {} is deleted: {reason}",
            types.join(", ")
        ));
        destination.tell(id, event);
    }
}

/// A step has accepted losses.
pub(super) fn tolerated(destination: &Destination, step: &str, tolerated: &Tolerated) {
    let Tolerated { why, reason, count, .. } = tolerated;
    let times = if *count == 1 { "a loss".to_owned() } else { format!("{count} losses") };
    let event =
        Event::warn_incomplete_data(format!("step `{step}` tolerated {times} ({why}); first: {reason}"));
    destination.tell(step, event);
}

/// The number of properties whose withheld values are reported; the summary names all of them.
const WITHHELD: usize = 100;

/// Values were not sent, in objects that were.
pub(super) fn withheld(destination: &Destination, withheld: &[Withheld]) {
    for Withheld { ty, property, code, count, key, reason } in withheld.iter().take(WITHHELD) {
        let objects = if *count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
        let event = Event::warn_incomplete_data(format!(
            "[{code}] `{ty}.{property}` was withheld from {objects}; first from {key}: {reason}"
        ));
        destination.tell("", event);
    }
}
