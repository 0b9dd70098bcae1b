//! `/jobs/{id}/changes`: the objects that a job changed, with the properties that differ.

use std::fmt::{self, Write as _};

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::head::Head;
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond, value};
use crate::html::{Count, Path, Text, Time};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::{Change, Filter, Operation, PropertyChange, Table, TypeChanges};

/// Objects on a page.
const PAGE: i64 = 50;

/// `GET /jobs/{id}/changes`
pub async fn show(
    State(app): State<App>,
    UrlPath(id): UrlPath<String>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let job = app.store.job(&id).await?;
    let page = parameters.page();
    let filter = Filter {
        what: parameters.what.as_deref().and_then(Table::parse).unwrap_or(Table::Entity),
        type_name: Parameters::text(parameters.r#type.as_ref()),
        operation: parameters.operation.as_deref().and_then(Operation::parse),
        offset: (page - 1) * PAGE,
        // One more tells whether there is a next page.
        limit: PAGE + 1,
    };
    let changes = app.store.changes(&id, filter.clone()).await?;
    let mut changes = changes.ok_or_else(|| ApiError::no_version(&id))?;
    let more = changes.len() as u64 > PAGE.unsigned_abs();
    changes.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let total = total(&filter, &app.store.count_changes(&id).await?.unwrap_or_default());
    let data = json!({ "changes": &changes, "more": more });
    let title = match (&filter.type_name, filter.what) {
        (Some(name), _) => name.clone(),
        (None, Table::Entity) => "Entities".to_owned(),
        (None, Table::Relationship) => "Relationships".to_owned(),
        (None, Table::MappedRelationship) => "Mapped relationships".to_owned(),
    };
    let shell = Shell::new("Changes", Section::Jobs).json(&uri);
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        out.write_str("<section>")?;
        Head::new(&title)
            .below("/jobs", "Jobs")
            .below(Path::new(&["jobs", &job.id]), &format!("Job {}", job.id))
            .note(format_args!(
                "{} by the job of {}",
                Count(
                    total,
                    filter.operation.map_or("change", Operation::as_str),
                    filter.operation.map_or("changes", Operation::as_str)
                ),
                Time(job.start_timestamp)
            ))
            .write(out)?;
        for change in &changes {
            object(out, change, filter.type_name.is_none())?;
        }
        if changes.is_empty() {
            out.write_str("<p>The job changed no such object.</p>")?;
        }
        let link = |to: i64| {
            Path::new(&["jobs", &job.id, "changes"])
                .with("what", Some(filter.what.as_str()))
                .with("type", filter.type_name.as_ref())
                .with("operation", filter.operation.map(Operation::as_str))
                .with("page", Some(to))
                .to_string()
        };
        pages(out, page, more, link)?;
        out.write_str("</section>")
    }))
}

/// The number of changes that a filter lets through, of those of a job.
fn total(filter: &Filter, changes: &[TypeChanges]) -> i64 {
    let listed = |row: &&TypeChanges| {
        row.what == filter.what && filter.type_name.as_ref().is_none_or(|name| *name == row.type_name)
    };
    let count = |row: &TypeChanges| match filter.operation {
        Some(Operation::Created) => row.created,
        Some(Operation::Updated) => row.updated,
        Some(Operation::Deleted) => row.deleted,
        None => row.created + row.updated + row.deleted,
    };
    changes.iter().filter(listed).map(count).sum()
}

/// Writes one changed object, with its type where the list has several.
fn object(out: &mut String, change: &Change, typed: bool) -> fmt::Result {
    let section = match change.what {
        Table::Entity => "entities",
        Table::Relationship | Table::MappedRelationship => "relationships",
    };
    let tone = match change.operation {
        Operation::Created => "good",
        Operation::Updated => "warn",
        Operation::Deleted => "bad",
    };
    let name = change.display_name.as_deref().unwrap_or(&change.key);
    write!(
        out,
        "<article class=\"change-of\"><h3><span class=\"badge {tone}\">{}</span> ",
        change.operation.as_str()
    )?;
    if change.what == Table::MappedRelationship {
        write!(out, "{}", Text(name))?;
    } else {
        write!(out, "<a href=\"{}\">{}</a>", Path::new(&[section, &change.id]), Text(name))?;
    }
    if typed {
        write!(out, " <code class=\"soft small\">{}</code>", Text(&change.type_name))?;
    }
    if change.display_name.is_some() {
        write!(out, " <span class=\"key\">{}</span>", Text(&change.key))?;
    }
    out.write_str("</h3>")?;
    if change.operation == Operation::Updated {
        properties(out, &change.properties)?;
    } else {
        out.write_str("<details><summary class=\"small\">Properties</summary>")?;
        properties(out, &change.properties)?;
        out.write_str("</details>")?;
    }
    out.write_str("</article>")
}

/// Writes the properties that differ: from what, to what.
pub fn properties(out: &mut String, changes: &[PropertyChange]) -> fmt::Result {
    if changes.is_empty() {
        return out.write_str("<p class=\"small\">Only its version changed.</p>");
    }
    out.write_str("<table class=\"facts diff\"><tbody>")?;
    for change in changes {
        write!(out, "<tr><th scope=\"row\"><code>{}</code></th><td>", Text(&change.name))?;
        for (value, class, word) in [(&change.before, "before", "was"), (&change.after, "after", "is now")] {
            if let Some(value) = value {
                write!(out, "<div class=\"{class}\"><span class=\"visually-hidden\">{word} </span>")?;
                value::write(out, &change.name, value)?;
                out.write_str("</div>")?;
            }
        }
        out.write_str("</td></tr>")?;
    }
    out.write_str("</tbody></table>")
}

/// Writes the links to the pages before and after.
pub fn pages(out: &mut String, page: i64, more: bool, link: impl Fn(i64) -> String) -> fmt::Result {
    if page == 1 && !more {
        return Ok(());
    }
    out.write_str("<nav class=\"pages\" aria-label=\"Pages\">")?;
    if page > 1 {
        write!(out, "<a rel=\"prev\" href=\"{}\">Previous</a>", link(page - 1))?;
    }
    write!(out, "<span class=\"soft\">Page {page}</span>")?;
    if more {
        write!(out, "<a rel=\"next\" href=\"{}\">Next</a>", link(page + 1))?;
    }
    out.write_str("</nav>")
}
