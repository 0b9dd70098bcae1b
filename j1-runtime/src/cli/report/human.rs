//! The table at the end of a run.

use std::fmt;

use anstyle::{AnsiColor, Style};
use j1_core::describe::foreign::inert;
use j1_core::shared::grouped;

use crate::cli::report::{by_reason, plan, shards};
use crate::engine::{Dropped, StepReport, StepStatus, ToleratedLoss, Withheld};
use crate::jupiterone::Job;
use crate::observe::table::table;
use crate::run::summary::{Status, Summary};

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();

/// Prints a line on stdout. The macro is two kilobytes of code wherever it stands, so it stands here only.
fn out(line: fmt::Arguments<'_>) {
    anstream::println!("{line}");
}

/// Prints a line on stderr.
fn err(line: fmt::Arguments<'_>) {
    anstream::eprintln!("{line}");
}

/// Prints the result of a run: tables on stdout, problems on stderr.
pub(crate) fn human(title: &str, summary: &Summary, quiet: bool) {
    let nothing = summary.steps.is_empty() && summary.types.is_empty();
    if !quiet && !nothing {
        out(format_args!("{BOLD}{title}{BOLD:#}\n"));
        if !summary.steps.is_empty() {
            out(format_args!("{}", indented(&steps(&summary.steps))));
        }
        out(format_args!("{}", indented(&types(summary))));
        if let Some(job) = &summary.job {
            out(format_args!("{}", changes(&job.job)));
        }
        if let Some(plan) = summary.plan.as_ref().filter(|_| summary.status == Status::Planned) {
            out(format_args!("{}", indented(&inert(&plan::changes(plan)))));
            out(format_args!("{}", indented(&inert(&plan::samples(plan)))));
        }
    }
    for (property, count) in summary.truncated.iter().filter(|_| !quiet) {
        err(format_args!("note: `{property}` was cut to what JupiterOne takes in {}", times(*count)));
    }
    for tolerated in summary.tolerated.iter().filter(|_| !quiet) {
        let ToleratedLoss { step, reason, first, count } = tolerated;
        err(format_args!(
            "note: step `{step}` tolerated a loss {} ({reason}); first: {}",
            times(*count),
            inert(first)
        ));
    }
    for withheld in summary.withheld.iter().filter(|_| !quiet) {
        let Withheld { ty, property, code, count, key, reason } = withheld;
        err(format_args!(
            "note[{code}]: `{ty}.{property}` was withheld {}; first for {}: {}",
            times(*count),
            inert(key),
            inert(reason)
        ));
    }
    for (ty, count) in summary.kept_first.iter().filter(|_| !quiet) {
        err(format_args!(
            "note: {} of `{ty}` came again with other properties; the first was kept",
            times(*count)
        ));
    }
    dropped(summary);
    partial(summary);
    if let Some(shards) = summary.shards.as_ref().filter(|_| !quiet) {
        out(format_args!("{}", indented(&shards::text(shards))));
    }
    match &summary.error {
        Some(error) => {
            let head = format!("{RED}error[{}]{RED:#}", error.code);
            err(format_args!("{head}: {}", inert(&error.message).replace('\n', "\n  ")));
            err(format_args!("  `cargo j1 explain {}` says more", error.code));
        }
        None if !quiet => verdict(summary),
        None => {}
    }
}

fn steps(steps: &[StepReport]) -> String {
    let mut rows = vec![["step", "status", "entities", "relationships", "requests", "ms"].map(str::to_owned)];
    for step in steps {
        let numbers = [step.entities, step.relationships, step.requests, step.duration_ms].map(grouped);
        let [entities, relationships, requests, ms] = numbers;
        rows.push([step.id.to_owned(), status(step).to_owned(), entities, relationships, requests, ms]);
    }
    table(&rows)
}

/// The result of a step, in a word or two.
pub(super) fn status(step: &StepReport) -> &'static str {
    match step.status {
        StepStatus::Success if step.partial.is_empty() => "complete",
        StepStatus::Success => "partial",
        StepStatus::Failure => "failed",
        StepStatus::PartialSuccessDueToDependencyFailure => "partial (built on what is)",
        StepStatus::Disabled => "not run",
    }
}

fn types(summary: &Summary) -> String {
    let mut rows = vec![["_type", "objects"].map(str::to_owned)];
    rows.extend(summary.types.iter().map(|(ty, count)| [inert(ty).into_owned(), grouped(*count)]));
    table(&rows)
}

fn changes(job: &Job) -> String {
    let mut rows = vec![
        ["", "uploaded", "created", "updated", "deleted"].map(str::to_owned),
        [
            "entities".to_owned(),
            grouped(job.num_entities_uploaded),
            grouped(job.num_entities_created),
            grouped(job.num_entities_updated),
            grouped(job.num_entities_deleted),
        ],
        [
            "relationships".to_owned(),
            grouped(job.num_relationships_uploaded),
            grouped(job.num_relationships_created),
            grouped(job.num_relationships_updated),
            grouped(job.num_relationships_deleted),
        ],
    ];
    // They are among the uploaded relationships, and JupiterOne counts what became of them apart.
    let mapped = ["Created", "Updated", "Deleted"].map(|what| {
        let count = job.others.get(&format!("numMappedRelationships{what}"));
        count.and_then(serde_json::Value::as_u64).unwrap_or_default()
    });
    if mapped != [0; 3] {
        let [created, updated, deleted] = mapped.map(grouped);
        rows.push(["mapped relationships".to_owned(), String::new(), created, updated, deleted]);
    }
    format!("  Job {} is {}\n\n{}", inert(&job.id), inert(&job.status), indented(&table(&rows)))
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

fn times(count: u64) -> String {
    if count == 1 { "1 object".to_owned() } else { format!("{} objects", grouped(count)) }
}

fn dropped(summary: &Summary) {
    left_out("left out", &summary.dropped, summary.dropped_more);
    left_out("left out, its raw data only", &summary.raw_data_dropped, summary.raw_data_dropped_more);
}

fn left_out(what: &str, named: &[Dropped], more: u64) {
    const SHOWN: usize = 10;
    for object in named.iter().take(SHOWN) {
        let head = format!("{YELLOW}{what}[{}]{YELLOW:#}", object.code);
        err(format_args!("{head}: `{}` {}: {}", object.ty, inert(&object.key), inert(&object.reason)));
    }
    let more = named.len().saturating_sub(SHOWN) as u64 + more;
    if more > 0 {
        err(format_args!("  and {} more; `--output json` names them", times(more)));
    }
}

fn partial(summary: &Summary) {
    for step in &summary.steps {
        for (reason, types) in by_reason(&step.partial) {
            err(format_args!("{YELLOW}partial{YELLOW:#}: {}: {}", step.id, inert(reason)));
            err(format_args!("  JupiterOne keeps what it holds of {}", types.join(", ")));
        }
    }
    for kept in &summary.protected {
        err(format_args!("{YELLOW}kept{YELLOW:#}: {}: {}", kept.ty, inert(&kept.reason)));
    }
}

fn verdict(summary: &Summary) {
    if let Some(of_phase) = summary.shards.as_ref().and_then(|run| shards::verdict(run, summary.status)) {
        if !of_phase.is_empty() {
            out(format_args!("{of_phase}"));
        }
        return;
    }
    match (summary.status, &summary.job) {
        (Status::Complete, Some(job)) if job.job.status == "AWAITING_UPLOADS" => {
            out(format_args!(
                "{GREEN}Uploaded.{GREEN:#} The job is open: nothing changes until it is finalized."
            ));
        }
        (Status::Complete, _) => out(format_args!("{GREEN}Complete.{GREEN:#} Everything was read.")),
        (Status::Partial, _) => {
            out(format_args!("{YELLOW}Partial.{YELLOW:#} What was not read was not deleted."));
        }
        (Status::Planned, _) => {
            out(format_args!("{GREEN}Planned.{GREEN:#} Nothing was sent."));
            if let Some(reason) = summary.guard.as_ref().and_then(|guard| guard.reason.as_ref()) {
                out(format_args!("{YELLOW}A run would stop:{YELLOW:#} {}", inert(reason)));
            }
        }
        (Status::Failed, _) => {}
    }
}
