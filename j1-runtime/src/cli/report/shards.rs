//! The shards of a run, for people.

use std::fmt::Write as _;

use j1_core::describe::foreign::inert;
use j1_core::shared::grouped;

use crate::observe::table::table;
use crate::run::shards::ShardSummary;
use crate::run::summary::Status;

/// Returns how far a sharded run is: a line, and a table if there is one.
pub(super) fn text(run: &ShardSummary) -> String {
    let mut out = format!("Run {}: {}, {} shards", run.run, inert(&run.phase), run.total);
    // Writing to a `String` does not fail.
    if let Some(coverage) = run.coverage {
        let _ = write!(out, ", {coverage}% of the work delivered");
    }
    out.push('\n');
    if !run.missing.is_empty() && run.shards.is_empty() {
        let missing: Vec<String> = run.missing.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "Not delivered: {}", missing.join(", "));
    }
    for line in &run.forecast {
        let _ = writeln!(out, "{line}");
    }
    if !run.shards.is_empty() {
        let mut rows = vec![
            ["shard", "state", "keys", "weight", "attempts", "entities", "relationships"].map(str::to_owned),
        ];
        for shard in &run.shards {
            let numbers =
                [shard.keys as u64, shard.weight, shard.attempts as u64, shard.entities, shard.relationships];
            let [keys, weight, attempts, entities, relationships] = numbers.map(grouped);
            let (id, state) = (shard.id.to_string(), shard.state.to_owned());
            rows.push([id, state, keys, weight, attempts, entities, relationships]);
        }
        let _ = write!(out, "{}", table(&rows));
    }
    out
}

/// Returns the last line of a phase whose end is not that of a run; empty where the table says everything.
pub(super) fn verdict(run: &ShardSummary, status: Status) -> Option<&'static str> {
    let is_status = !run.shards.is_empty() || (run.phase == "planned" && status == Status::Complete);
    match (status, &*run.phase) {
        _ if is_status => Some(""),
        (Status::Complete, "working") if run.delivered.is_empty() => {
            Some("Nothing to do: there are more workers than shards.")
        }
        (Status::Complete, "working") => {
            Some("Delivered. Nothing changes until `shard close` finalizes the job.")
        }
        (Status::Partial, "working") => {
            Some("Delivered, and partial. `shard close` finalizes the job, and keeps what was not read.")
        }
        (Status::Complete, "open") => Some("Open. Nothing changes until `shard close` finalizes the job."),
        _ => None,
    }
}
