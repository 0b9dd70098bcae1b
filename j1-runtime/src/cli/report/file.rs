//! The report of a run as a file: for people in Markdown, for programs as the JSON summary.

use std::path::Path;
use std::time::Duration;

use j1_core::describe::markdown::{code as code_span, plain, table};
use j1_core::error::Kind;
use j1_core::shared::grouped;
use j1_core::{Error, Result};

use crate::cli::report::by_reason;
use crate::cli::report::human::status;
use crate::code;
use crate::collection::private;
use crate::engine::{Partial, StepReport};
use crate::observe::progress::clock;
use crate::redact;
use crate::run::summary::{Status, Summary};

/// Makes sure that the report can be written, before the run begins.
///
/// # Errors
/// When it cannot.
pub(crate) fn check(path: &Path) -> Result<()> {
    private::write(path, "The run has not ended.\n").map_err(|error| unwritable(path, error))
}

/// Writes the report.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(path: &Path, title: &str, command: &str, summary: &Summary) -> Result<()> {
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = if json { serde_json::to_string_pretty(summary)? } else { markdown(title, command, summary) };
    let text = redact::known(&text);
    private::write(path, format!("{}\n", text.trim_end())).map_err(|error| unwritable(path, error))
}

fn unwritable(path: &Path, error: std::io::Error) -> Error {
    let message = format!("the report `{}` cannot be written; give `--report` another file", path.display());
    Error::new(Kind::Config, code::CONFIG, message).caused_by(error)
}

/// The result of a run, for people.
fn markdown(title: &str, command: &str, summary: &Summary) -> String {
    let parts = [
        format!("# {title}: {command}\n\n{}", verdict(summary)),
        overview(summary),
        section("Steps", steps(&summary.steps)),
        section("What was not read", partial(summary)),
        section("What was left out", dropped(summary)),
        section("Texts that were cut", truncated(summary)),
        section("Values that were withheld", withheld(summary)),
        section("Losses that were tolerated", tolerated(summary)),
        section("Objects", types(summary)),
        section("Changes in JupiterOne", changes(summary)),
        section("What a finalize would change", plan(summary)),
        section("Answers that are not what they were", drift(summary)),
        section("Recordings", recordings(summary)),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn section(title: &str, body: Option<String>) -> String {
    body.map_or_else(String::new, |body| format!("## {title}\n\n{body}"))
}

/// A table with this heading; none where it would have no rows.
fn rows<const N: usize>(head: [&str; N], body: impl Iterator<Item = [String; N]>) -> Option<String> {
    let all: Vec<[String; N]> = std::iter::once(head.map(str::to_owned)).chain(body).collect();
    (all.len() > 1).then(|| table(&all))
}

fn verdict(summary: &Summary) -> String {
    if let Some(error) = &summary.error {
        return format!("**Failed** with {}: {}", error.code, plain(&error.message));
    }
    match summary.status {
        Status::Complete => "**Complete.** Everything was read.",
        Status::Partial => "**Partial.** What was not read was not deleted.",
        Status::Planned => "**Planned.** Nothing was sent.",
        Status::Failed => "**Failed.**",
    }
    .to_owned()
}

fn overview(summary: &Summary) -> String {
    let mut lines = vec![
        ["Began".to_owned(), summary.started_at.clone()],
        ["Took".to_owned(), clock(Duration::from_millis(summary.duration_ms))],
        ["Exit code".to_owned(), summary.exit_code.to_string()],
    ];
    if let Some(job) = &summary.job {
        lines.push(["Job".to_owned(), format!("{}, {}", code_span(&job.job.id), plain(&job.job.status))]);
    }
    if let Some(sent) = summary.uploads {
        let [requests, retries, bytes] = [sent.requests, sent.retries, sent.bytes].map(grouped);
        lines.push([
            "Sent to JupiterOne".to_owned(),
            format!("{requests} requests, {retries} of them again, {bytes} bytes"),
        ]);
    }
    rows(["What", "Value"], lines.into_iter()).unwrap_or_default()
}

fn steps(steps: &[StepReport]) -> Option<String> {
    let head =
        ["Step", "Status", "Entities", "Relationships", "Requests", "Again", "Took", "Of that, it waited"];
    rows(
        head,
        steps.iter().map(|step| {
            let [entities, relationships, requests, retries] =
                [step.entities, step.relationships, step.requests, step.retries].map(grouped);
            let took = clock(Duration::from_millis(step.duration_ms));
            let id = code_span(step.id);
            [id, status(step).to_owned(), entities, relationships, requests, retries, took, waited(step)]
        }),
    )
}

fn waited(step: &StepReport) -> String {
    let waited = step.waited_ms;
    let kinds = [
        (waited.limit, "for the provider's limit"),
        (waited.retry, "before a retry"),
        (waited.upload, "for JupiterOne"),
    ];
    let said = kinds.into_iter().filter(|(ms, _)| *ms >= 100);
    said.map(|(ms, what)| format!("{} {what}", clock(Duration::from_millis(ms))))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The partial types, those with one reason in one line.
fn partial(summary: &Summary) -> Option<String> {
    let of_step = |step: &StepReport| -> Vec<[String; 3]> {
        let id = code_span(step.id);
        let line = |(reason, types): (&str, Vec<&str>)| {
            let types: Vec<String> = types.into_iter().map(code_span).collect();
            [id.clone(), types.join(", "), plain(reason)]
        };
        by_reason(&step.partial).into_iter().map(line).collect()
    };
    let kept =
        summary.protected.iter().map(|Partial { ty, reason }| [String::new(), code_span(ty), plain(reason)]);
    let table = rows(["Step", "Types", "Why"], summary.steps.iter().flat_map(of_step).chain(kept))?;
    Some(format!("JupiterOne keeps what it holds of these types.\n\n{table}"))
}

fn dropped(summary: &Summary) -> Option<String> {
    let head = ["Type", "Key", "Code", "Why"];
    let each = summary.dropped.iter().map(|object| {
        [code_span(&object.ty), code_span(&object.key), object.code.clone(), plain(&object.reason)]
    });
    let table = rows(head, each)?;
    let more = summary.dropped_more;
    Some(if more > 0 { format!("{table}\n\nAnd {} more.", grouped(more)) } else { table })
}

fn truncated(summary: &Summary) -> Option<String> {
    let each = summary.truncated.iter().map(|(property, count)| [code_span(property), grouped(*count)]);
    rows(["Property", "Objects"], each)
}

fn tolerated(summary: &Summary) -> Option<String> {
    let each = summary.tolerated.iter().map(|tolerated| {
        let (step, count) = (code_span(&tolerated.step), grouped(tolerated.count));
        [step, plain(&tolerated.reason), count, plain(&tolerated.first)]
    });
    rows(["Step", "Why it is acceptable", "Times", "First loss"], each)
}

fn withheld(summary: &Summary) -> Option<String> {
    let each = summary.withheld.iter().map(|withheld| {
        let property = code_span(&format!("{}.{}", withheld.ty, withheld.property));
        let (code, count) = (withheld.code.clone(), grouped(withheld.count));
        [property, code, count, code_span(&withheld.key), plain(&withheld.reason)]
    });
    rows(["Property", "Code", "Objects", "First", "Why"], each)
}

fn types(summary: &Summary) -> Option<String> {
    rows(["Type", "Objects"], summary.types.iter().map(|(ty, count)| [code_span(ty), grouped(*count)]))
}

fn changes(summary: &Summary) -> Option<String> {
    let job = &summary.job.as_ref()?.job;
    let line = |what: &str, counts: [u64; 4]| {
        let [uploaded, created, updated, deleted] = counts.map(grouped);
        [what.to_owned(), uploaded, created, updated, deleted]
    };
    let both = [
        line(
            "Entities",
            [
                job.num_entities_uploaded,
                job.num_entities_created,
                job.num_entities_updated,
                job.num_entities_deleted,
            ],
        ),
        line(
            "Relationships",
            [
                job.num_relationships_uploaded,
                job.num_relationships_created,
                job.num_relationships_updated,
                job.num_relationships_deleted,
            ],
        ),
    ];
    rows(["What", "Uploaded", "Created", "Updated", "Deleted"], both.into_iter())
}

fn plan(summary: &Summary) -> Option<String> {
    let each = summary.plan.as_ref()?.iter().map(|(ty, change)| {
        let [held, create, update, delete, kept] =
            [change.held, change.create, change.update, change.delete, change.kept].map(grouped);
        [code_span(ty), held, create, update, delete, kept]
    });
    let table = rows(["Type", "Held", "Create", "Update", "Delete", "Keep"], each)?;
    let stops = summary.guard.as_ref().and_then(|guard| guard.reason.as_ref());
    Some(stops.map_or(table.clone(), |why| format!("{table}\n\nThe deletion guard: {}", plain(why))))
}

fn drift(summary: &Summary) -> Option<String> {
    let found = summary.traffic.drift.as_ref()?;
    let lines: Vec<String> =
        found.differences.iter().map(|finding| format!("- {}", plain(&finding.sentence()))).collect();
    let more = (found.more > 0).then(|| format!("\n- and {} more", grouped(found.more)));
    (!lines.is_empty()).then(|| lines.join("\n") + &more.unwrap_or_default())
}

fn recordings(summary: &Summary) -> Option<String> {
    let unused = summary.traffic.unused_recordings.as_ref().filter(|unused| !unused.named.is_empty());
    let unused = unused.map(|unused| {
        let more = if unused.more > 0 { format!(", and {} more", unused.more) } else { String::new() };
        format!("No request used {}{more}.", plain(&unused.named.join(", ")))
    });
    let recorded =
        summary.traffic.recorded.as_ref().map(|recorded| {
            format!("{} requests were recorded in {} files.", recorded.requests, recorded.files)
        });
    let both: Vec<String> = recorded.into_iter().chain(unused).collect();
    (!both.is_empty()).then(|| both.join("\n\n"))
}
