//! `/jobs`: the jobs, newest first.

use std::fmt::{self, Write as _};

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::shell::{Section, Shell};
use super::{Format, respond};
use crate::html::{Number, Path, Text, Time};
use crate::http::App;
use crate::http::error::ApiError;
use crate::http::jobs::view;
use crate::store::{Job, Source, Status};

/// Jobs that are listed.
const JOBS: u32 = 200;

/// `GET /jobs`
pub async fn show(State(app): State<App>, uri: Uri) -> Result<Response, ApiError> {
    let jobs = app.store.jobs(JOBS).await?;
    let data = json!({ "jobs": jobs.iter().map(view).collect::<Vec<_>>() });
    let shell = Shell::new("Jobs", Section::Jobs).json(&uri);
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        out.write_str("<section><h1>Jobs</h1>")?;
        if jobs.is_empty() {
            out.write_str("<p>None yet. Each run of an integration is one job.</p>")?;
        } else {
            table(out, &jobs)?;
        }
        out.write_str("</section>")
    }))
}

/// Writes a table of jobs.
pub fn table(out: &mut String, jobs: &[Job]) -> fmt::Result {
    out.write_str(
        "<table class=\"cards\"><thead><tr><th>Started</th><th>Status</th><th>Instance</th>\
         <th class=\"n\">Entities</th><th class=\"n\">Relationships</th><th class=\"n\">Mapped</th></tr></thead><tbody>",
    )?;
    for job in jobs {
        row(out, job)?;
    }
    out.write_str(
        "</tbody></table><p class=\"legend small\"><span class=\"plus\">+ created</span> \
         <span class=\"change\">~ updated</span> <span class=\"minus\">− deleted</span></p>",
    )
}

fn row(out: &mut String, job: &Job) -> fmt::Result {
    let mode = job.mode.as_str();
    write!(
        out,
        "<tr><td data-label=\"Started\"><a href=\"{}\">{}</a></td><td data-label=\"Status\">{}",
        Path::new(&["jobs", &job.id]),
        Time(job.start_timestamp),
        Badge(job.status)
    )?;
    if mode != "DIFF" {
        write!(out, " <code>{mode}</code>")?;
    }
    if !job.partial_types.is_empty() {
        out.write_str(" <span class=\"badge warn\">partial</span>")?;
    }
    write!(out, "</td><td data-label=\"Instance\"><code>{}</code></td>", Text(&job.scope))?;
    let counts = &job.counters;
    for (label, changes, errors, uploaded) in [
        (
            "Entities",
            [counts.num_entities_created, counts.num_entities_updated, counts.num_entities_deleted],
            counts.num_entity_create_errors + counts.num_entity_update_errors,
            counts.num_entities_uploaded,
        ),
        (
            "Relationships",
            [
                counts.num_relationships_created,
                counts.num_relationships_updated,
                counts.num_relationships_deleted,
            ],
            counts.num_relationship_create_errors,
            counts.num_relationships_uploaded,
        ),
        (
            "Mapped",
            [
                counts.num_mapped_relationships_created,
                counts.num_mapped_relationships_updated,
                counts.num_mapped_relationships_deleted,
            ],
            counts.num_mapped_relationship_create_errors,
            0,
        ),
    ] {
        write!(out, "<td data-label=\"{label}\" class=\"n delta\">")?;
        if job.status.is_done() {
            deltas(out, changes)?;
        } else if label != "Mapped" {
            write!(out, "{} uploaded", Number(uploaded))?;
        }
        if errors > 0 {
            write!(out, "<div class=\"small error\">{} failed</div>", Number(errors))?;
        }
        out.write_str("</td>")?;
    }
    out.write_str("</tr>")
}

/// Writes the numbers of created, updated and deleted objects.
pub fn deltas(out: &mut String, changes: [u64; 3]) -> fmt::Result {
    for (count, (sign, class, title)) in changes.into_iter().zip([
        ("+", "plus", "created"),
        ("~", "change", "updated"),
        ("−", "minus", "deleted"),
    ]) {
        let class = if count == 0 { "zero" } else { class };
        write!(out, "<span class=\"{class}\" title=\"{title}\">{sign}{}</span>", Number(count))?;
    }
    Ok(())
}

/// The status of a job as a badge.
pub struct Badge(pub Status);

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tone = match self.0 {
            Status::Finished => "good",
            Status::Aborted | Status::Unknown => "warn",
            Status::AbortedDueToInvalidConfiguration
            | Status::ErrorBadData
            | Status::ErrorUnexpectedFailure => "bad",
            Status::AwaitingUploads
            | Status::FinalizePending
            | Status::FinalizingEntities
            | Status::FinalizingRelationships => "busy",
        };
        write!(f, "<span class=\"badge {tone}\">{}</span>", self.0.as_str())
    }
}

/// The kind of a job's scope, for people.
pub const fn scope_name(source: Source) -> &'static str {
    match source {
        Source::Api => "scope",
        Source::IntegrationManaged | Source::IntegrationExternal => "instance",
    }
}
