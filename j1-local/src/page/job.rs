//! `/jobs/{id}`: one job: its facts, what it changed by type, and its events.

use std::fmt::{self, Write as _};

use axum::extract::{Path as UrlPath, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::head::{Head, facts};
use super::jobs::{Badge, scope_name};
use super::shards::Shards;
use super::shell::{Section, Shell};
use super::{Format, respond};
use crate::html::{Breaking, Number, Path, Text, Time};
use crate::http::App;
use crate::http::error::ApiError;
use crate::http::jobs::view;
use crate::store::{Event, Job, Operation, Status, Table, TypeChanges};

/// `GET /jobs/{id}`
pub async fn show(
    State(app): State<App>,
    UrlPath(id): UrlPath<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let format = Format::read(&uri);
    let job = app.store.job(format.strip(&id)).await?;
    let events = app.store.events(&job.id).await?;
    let changes = app.store.count_changes(&job.id).await?;
    let shards = Shards::new(&events, job.status == Status::AwaitingUploads);
    let data = json!({ "job": view(&job), "events": &events, "changes": &changes, "shards": &shards });
    let title = format!("Job {}", job.id);
    let shell = Shell::new(&title, Section::Jobs).json(&uri);
    Ok(respond(format, &data, &app.settings, &shell, |out| {
        head(out, &job)?;
        if let Some(shards) = &shards {
            shards.write(out)?;
        }
        match &changes {
            Some(changes) => changed(out, &job, changes)?,
            None if job.version.is_some() => out.write_str(
                "<section><h2>Changes</h2><p>Too many jobs have finished since to know them. The last 100 are kept.</p></section>",
            )?,
            None => {}
        }
        told(out, &events)
    }))
}

fn head(out: &mut String, job: &Job) -> fmt::Result {
    out.write_str("<section>")?;
    Head::new("Job").below("/jobs", "Jobs").badge(Badge(job.status)).write(out)?;
    let counts = &job.counters;
    let code = |text: &str| format!("<code>{}</code>", Text(text));
    let source = format!("{}, {} {}", job.source.as_str(), scope_name(job.source), code(&job.scope));
    let mut list = vec![
        ("Id", code(&job.id)),
        ("Source", source),
        ("Mode", code(job.mode.as_str())),
        ("Started", Time(job.start_timestamp).to_string()),
    ];
    if let Some(end) = job.end_timestamp {
        let took = (end - job.start_timestamp).max(0);
        list.push(("Ended", format!("{}, after {}.{} s", Time(end), took / 1000, took % 1000 / 100)));
    }
    list.push((
        "Uploaded",
        format!(
            "{} entities, {} relationships",
            Number(counts.num_entities_uploaded),
            Number(counts.num_relationships_uploaded)
        ),
    ));
    if let Some(reason) = &job.reason {
        list.push(("Reason", Text(reason).to_string()));
    }
    if !job.partial_types.is_empty() {
        let types: Vec<String> = job.partial_types.iter().map(|name| code(name)).collect();
        list.push(("Partial", format!("nothing was deleted of {}", types.join(" "))));
    }
    let entities = counts.num_entity_create_errors + counts.num_entity_update_errors;
    let relationships = counts.num_relationship_create_errors;
    let mapped = counts.num_mapped_relationship_create_errors;
    if entities + relationships + mapped > 0 {
        list.push((
            "Errors",
            format!(
                "<span class=\"error\">{} entities, {} relationships and {} mapped relationships could not be created or \
                 updated</span>",
                Number(entities),
                Number(relationships),
                Number(mapped)
            ),
        ));
    }
    facts(out, &list)?;
    out.write_str("</section>")
}

fn changed(out: &mut String, job: &Job, changes: &[TypeChanges]) -> fmt::Result {
    write!(
        out,
        "<section><div class=\"head\"><h2>Changes</h2><a href=\"{}\">The graph after this job</a></div>",
        Path::new(&["entities"]).with("at", Some(&job.id))
    )?;
    if changes.is_empty() {
        return out.write_str("<p>It changed nothing.</p></section>");
    }
    out.write_str(
        "<table><thead><tr><th>Type</th><th class=\"n\">Created</th><th class=\"n\">Updated</th>\
         <th class=\"n\">Deleted</th></tr></thead><tbody>",
    )?;
    for row in changes {
        write!(
            out,
            "<tr><td><a href=\"{}\"><code>{}</code></a>{}</td>",
            list(job, row, None),
            Breaking(&row.type_name),
            match row.what {
                Table::MappedRelationship => " <span class=\"soft small\">mapped</span>",
                Table::Entity | Table::Relationship => "",
            }
        )?;
        for (count, class, operation) in [
            (row.created, "plus", Operation::Created),
            (row.updated, "change", Operation::Updated),
            (row.deleted, "minus", Operation::Deleted),
        ] {
            if count == 0 {
                out.write_str("<td class=\"n zero\">0</td>")?;
            } else {
                write!(
                    out,
                    "<td class=\"n\"><a class=\"{class}\" href=\"{}\">{}</a></td>",
                    list(job, row, Some(operation)),
                    Number(count)
                )?;
            }
        }
        out.write_str("</tr>")?;
    }
    out.write_str("</tbody></table></section>")
}

/// The link to the changes of one type.
fn list(job: &Job, row: &TypeChanges, operation: Option<Operation>) -> String {
    Path::new(&["jobs", &job.id, "changes"])
        .with("what", Some(row.what.as_str()))
        .with("type", Some(&row.type_name))
        .with("operation", operation.map(Operation::as_str))
        .to_string()
}

/// The events of the job. A name that contains `error` is what fails a job in JupiterOne.
fn told(out: &mut String, events: &[Event]) -> fmt::Result {
    if events.is_empty() {
        return Ok(());
    }
    out.write_str("<section><h2>Events</h2><table class=\"cards\"><tbody>")?;
    for event in events {
        let class = if event.name.contains("error") { "error" } else { "soft" };
        write!(
            out,
            "<tr><td class=\"nowrap\">{}</td><td><code class=\"{class}\">{}</code></td><td class=\"wrap\">{}</td></tr>",
            Time(event.create_date),
            Text(&event.name),
            Text(&event.description)
        )?;
    }
    out.write_str("</tbody></table></section>")
}
