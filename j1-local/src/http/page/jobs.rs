//! The jobs, newest first.

use std::fmt::{self, Write as _};

use super::super::html::Text;
use super::{Number, Time};
use crate::store::{Event, Job, Source, Status};

/// The section of the jobs.
pub fn section(out: &mut String, jobs: &[(Job, Vec<Event>)]) -> fmt::Result {
    out.write_str("<section><div class=\"head\"><h2>Jobs</h2><a href=\"/local/jobs\">JSON</a></div>")?;
    if jobs.is_empty() {
        return out.write_str("<p>None yet. Each run of an integration is one job.</p></section>");
    }
    out.write_str(
        "<div class=\"wide\"><table><tr><th>Job</th><th>Status</th><th class=\"n\">Entities</th>\
         <th class=\"n\">Relationships</th><th class=\"n\">Mapped</th></tr>",
    )?;
    for (job, events) in jobs {
        row(out, job, events)?;
    }
    out.write_str("</table></div></section>")
}

fn row(out: &mut String, job: &Job, events: &[Event]) -> fmt::Result {
    let of = if job.source == Source::Api { "scope" } else { "instance" };
    write!(
        out,
        "<tr><td>{} <code>{}</code><div class=\"small soft\">{} · {of} <code>{}</code> · \
         <a href=\"/local/jobs/{}\">JSON</a></div>",
        Time(job.start_timestamp),
        job.mode.as_str(),
        job.source.as_str(),
        Text(&job.scope),
        Text(Segment(&job.id)),
    )?;
    write!(out, "</td><td><span class=\"badge {}\">{}</span>", tone(job.status), job.status.as_str())?;
    notes(out, job)?;
    told(out, events)?;
    out.write_str("</td>")?;
    let counts = &job.counters;
    deltas(
        out,
        Some(counts.num_entities_uploaded),
        [
            counts.num_entities_created,
            counts.num_entities_updated,
            counts.num_entities_deleted,
            counts.num_entity_create_errors,
        ],
    )?;
    deltas(
        out,
        Some(counts.num_relationships_uploaded),
        [
            counts.num_relationships_created,
            counts.num_relationships_updated,
            counts.num_relationships_deleted,
            counts.num_relationship_create_errors,
        ],
    )?;
    deltas(
        out,
        None,
        [
            counts.num_mapped_relationships_created,
            counts.num_mapped_relationships_updated,
            counts.num_mapped_relationships_deleted,
            counts.num_mapped_relationship_create_errors,
        ],
    )?;
    out.write_str("</tr>")
}

/// What was partial, and why the job ended if it did not finish.
fn notes(out: &mut String, job: &Job) -> fmt::Result {
    if !job.partial_types.is_empty() {
        out.write_str("<div class=\"small soft\">partial, so nothing of it was deleted:")?;
        for name in &job.partial_types {
            write!(out, " <code>{}</code>", Text(name))?;
        }
        out.write_str("</div>")?;
    }
    if let Some(reason) = &job.reason {
        write!(out, "<div class=\"small soft\">{}</div>", Text(reason))?;
    }
    Ok(())
}

/// What the integration has told of the job. A name that contains `error` is what fails a job in JupiterOne.
fn told(out: &mut String, events: &[Event]) -> fmt::Result {
    if events.is_empty() {
        return Ok(());
    }
    let s = if events.len() == 1 { "" } else { "s" };
    write!(out, "<details class=\"small\"><summary>{} event{s}</summary><ul>", Number(events.len() as u64))?;
    for event in events {
        let class = if event.name.contains("error") { "error" } else { "soft" };
        write!(
            out,
            "<li class=\"{class}\"><code>{}</code> {}</li>",
            Text(&event.name),
            Text(&event.description)
        )?;
    }
    out.write_str("</ul></details>")
}

/// What was created, updated, deleted and went wrong, and how much was uploaded.
fn deltas(out: &mut String, uploaded: Option<u64>, changes: [u64; 4]) -> fmt::Result {
    out.write_str("<td class=\"n delta\">")?;
    for (count, sign, class, title) in [
        (changes[0], "+", "plus", "created"),
        (changes[1], "~", "change", "updated"),
        (changes[2], "−", "minus", "deleted"),
    ] {
        let class = if count == 0 { "zero" } else { class };
        write!(out, "<span class=\"{class}\" title=\"{title}\">{sign}{}</span>", Number(count))?;
    }
    if let Some(uploaded) = uploaded {
        write!(out, "<div class=\"small soft\">{} uploaded</div>", Number(uploaded))?;
    }
    if changes[3] > 0 {
        write!(out, "<div class=\"small error\">{} could not be created</div>", Number(changes[3]))?;
    }
    out.write_str("</td>")
}

fn tone(status: Status) -> &'static str {
    match status {
        Status::Finished => "good",
        Status::Aborted | Status::Unknown => "warn",
        Status::AbortedDueToInvalidConfiguration | Status::ErrorBadData | Status::ErrorUnexpectedFailure => {
            "bad"
        }
        Status::AwaitingUploads
        | Status::FinalizePending
        | Status::FinalizingEntities
        | Status::FinalizingRelationships => "",
    }
}

/// A job id inside a path: integrations choose theirs.
struct Segment<'a>(&'a str);

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                f.write_char(char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}
