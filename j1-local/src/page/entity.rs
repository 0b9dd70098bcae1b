//! `/entities/{id}`: one entity with its properties, relationships, raw data and history.

use std::fmt::{self, Write as _};

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::changes::properties;
use super::head::{Head, facts};
use super::shell::{Section, Shell};
use super::{Format, Parameters, relationships, respond, value};
use crate::html::{Count, Number, Path, Text, Time};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::{Detail, Edge, EdgeFilter, Operation, Revision, Table};

/// Relationships that are shown in each direction; the others are on a page of their own.
const SHOWN: i64 = 50;

/// `GET /entities/{id}`
pub async fn show(
    State(app): State<App>,
    UrlPath(id): UrlPath<String>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let format = Format::read(&uri);
    let id = format.strip(&id);
    let at = Parameters::text(parameters.at.as_ref());
    let history = app.store.history(Table::Entity, id).await?;
    let Some(detail) = app.store.entity(at.clone(), id).await? else {
        // A deleted entity still has a history for a while.
        return if history.is_empty() {
            Err(ApiError::no_object("entity", id))
        } else {
            Ok(gone(&app, id, &history, &uri))
        };
    };
    let mut edges = Vec::new();
    for outgoing in [true, false] {
        let filter =
            EdgeFilter { of: Some((id.to_owned(), outgoing)), limit: SHOWN, ..EdgeFilter::default() };
        edges.push(app.store.relationships(at.clone(), filter).await?);
    }
    let incoming = edges.pop().unwrap_or_default();
    let outgoing = edges.pop().unwrap_or_default();
    let data = json!({
        "entity": &detail,
        "outgoing": { "total": outgoing.0, "relationships": &outgoing.1 },
        "incoming": { "total": incoming.0, "relationships": &incoming.1 },
        "history": &history,
    });
    let name = name(&detail.row);
    let shell = Shell::new(&name, Section::Entities).at(at.as_deref()).json(&uri);
    Ok(respond(format, &data, &app.settings, &shell, |out| {
        head(out, &detail, &name, at.as_deref())?;
        out.write_str("<div class=\"two wide-left\"><div><section><h2>Properties</h2>")?;
        value::table(out, detail.row["properties"].as_object().unwrap_or(&Map::new()))?;
        out.write_str("</section></div><div>")?;
        for (title, outgoing, (total, edges)) in [("From it", true, &outgoing), ("To it", false, &incoming)] {
            neighbours(out, &detail, (title, outgoing), *total, edges, at.as_deref())?;
        }
        unresolved(out, &detail.unresolved)?;
        out.write_str("</div></div>")?;
        raw(out, &detail)?;
        revisions(out, &history)
    }))
}

/// The display name of an entity, or its key.
pub fn name(row: &Value) -> String {
    let entity = &row["entity"];
    entity.get("displayName").or_else(|| entity.get("_key")).map(value::plain).unwrap_or_default()
}

fn head(out: &mut String, detail: &Detail, name: &str, at: Option<&str>) -> fmt::Result {
    let entity = &detail.row["entity"];
    let type_name = entity["_type"][0].as_str().unwrap_or_default();
    let types = Path::new(&["types"]);
    let one_type = ["types", type_name];
    let around = Path::new(&["graph", "entities"]).with("around", detail.row["id"].as_str()).with("at", at);
    let mut head = Head::new(name)
        .below(types, "Types")
        .below(Path::new(&one_type).with("at", at), type_name)
        .link(around, "Show in the graph");
    for class in entity["_class"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let link = Path::new(&["entities"]).with("class", Some(class)).with("at", at).to_string();
        head = head.badge(format_args!("<a class=\"badge\" href=\"{link}\">{}</a>", Text(class)));
    }
    out.write_str("<section>")?;
    head.write(out)?;
    let text = |name: &str| Text(value::plain(&entity[name])).to_string();
    let time = |name: &str| Time(entity[name].as_i64().unwrap_or_default());
    let version = Number(entity["_version"].as_i64().unwrap_or_default());
    facts(
        out,
        &[
            ("Key", format!("<code>{}</code>", text("_key"))),
            ("Id", format!("<code>{}</code>", text("_id"))),
            ("Source", format!("{}, <code>{}</code>", text("_source"), text("_scope"))),
            ("Created", time("_createdOn").to_string()),
            ("Version", format!("{version}, since {}", time("_beginOn"))),
        ],
    )?;
    out.write_str("</section>")
}

/// The relationships in one direction, by kind, and the first of them.
fn neighbours(
    out: &mut String,
    detail: &Detail,
    (title, outgoing): (&str, bool),
    total: i64,
    edges: &[Edge],
    at: Option<&str>,
) -> fmt::Result {
    write!(
        out,
        "<section><div class=\"head\"><h2>{title}</h2><span class=\"soft\">{}</span></div>",
        Count(total, "relationship", "relationships")
    )?;
    if total == 0 {
        return out.write_str("</section>");
    }
    out.write_str("<p class=\"small\">")?;
    for group in detail.groups.iter().filter(|group| group.outgoing == outgoing) {
        write!(
            out,
            "<span class=\"group\"><b>{}</b> <code>{}</code> {}</span> ",
            Text(&group.class),
            Text(&group.other),
            Number(group.count)
        )?;
    }
    out.write_str("</p><table><tbody>")?;
    for edge in edges {
        let other = if outgoing { &edge.to } else { &edge.from };
        write!(
            out,
            "<tr><td class=\"nowrap\"><a href=\"{}\">{}</a>{}</td><td><a href=\"{}\">{}</a> \
             <code class=\"small soft\">{}</code></td></tr>",
            Path::new(&["relationships", &edge.id]).with("at", at),
            Text(&edge.class),
            if edge.mapped { " <span class=\"small soft\">mapped</span>" } else { "" },
            Path::new(&["entities", &other.id]).with("at", at),
            Text(other.display_name.as_deref().unwrap_or(&other.key)),
            Text(&other.type_name)
        )?;
    }
    out.write_str("</tbody></table>")?;
    if total > SHOWN {
        let id = detail.row["id"].as_str().unwrap_or_default();
        write!(
            out,
            "<p><a href=\"{}\">All {}</a></p>",
            Path::new(&["entities", id, "relationships"])
                .with("direction", Some(relationships::direction(outgoing)))
                .with("at", at),
            Number(total)
        )?;
    }
    out.write_str("</section>")
}

fn unresolved(out: &mut String, mappings: &[Value]) -> fmt::Result {
    if mappings.is_empty() {
        return Ok(());
    }
    out.write_str("<section><h2>Mapped relationships without a target</h2><table><tbody>")?;
    for mapping in mappings {
        let target = &mapping["_mapping"];
        write!(
            out,
            "<tr><td class=\"nowrap\">{}</td><td><details><summary><code>{}</code></summary>",
            Text(value::plain(&mapping["_class"])),
            Text(value::plain(&mapping["_key"]))
        )?;
        value::write(out, "_mapping", target)?;
        out.write_str("</details></td></tr>")?;
    }
    out.write_str("</tbody></table></section>")
}

fn raw(out: &mut String, detail: &Detail) -> fmt::Result {
    for entry in &detail.raw_data {
        write!(
            out,
            "<section><details id=\"raw-{}\"><summary><h2>Raw data: {}</h2></summary>",
            Text(&entry.name),
            Text(&entry.name)
        )?;
        let pretty = serde_json::to_string_pretty(&entry.raw_data).unwrap_or_default();
        write!(out, "<pre>{}</pre></details></section>", Text(pretty))?;
    }
    Ok(())
}

/// Writes the history of an object.
pub fn revisions(out: &mut String, history: &[Revision]) -> fmt::Result {
    out.write_str("<section><h2>History</h2>")?;
    for revision in history {
        let tone = match revision.operation {
            Operation::Created => "good",
            Operation::Updated => "warn",
            Operation::Deleted => "bad",
        };
        write!(
            out,
            "<article class=\"change-of\"><h3><span class=\"badge {tone}\">{}</span> ",
            revision.operation.as_str()
        )?;
        match (&revision.job, revision.end_timestamp) {
            (Some(job), Some(end)) => {
                write!(out, "<a href=\"{}\">{}</a>", Path::new(&["jobs", job]), Time(end))?;
            }
            _ => out.write_str("<span class=\"soft\">before the history begins</span>")?,
        }
        out.write_str("</h3>")?;
        if revision.operation == Operation::Updated {
            properties(out, &revision.properties)?;
        }
        out.write_str("</article>")?;
    }
    out.write_str("</section>")
}

/// The view of an entity that was deleted.
fn gone(app: &App, id: &str, history: &[Revision], uri: &Uri) -> Response {
    let data = json!({ "entity": null, "history": history });
    let shell = Shell::new("Deleted entity", Section::Entities).json(uri);
    respond(Format::read(uri), &data, &app.settings, &shell, |out| {
        let mut head = Head::new("Deleted entity").below("/entities", "Entities");
        if let Some(job) = history.get(1).and_then(|revision| revision.job.as_ref()) {
            head = head.link(Path::new(&["entities", id]).with("at", Some(job)), "Show its last version");
        }
        out.write_str("<section>")?;
        head.write(out)?;
        write!(out, "<p>The entity <code>{}</code> was deleted.</p></section>", Text(id))?;
        if let Some(last) = history.first() {
            out.write_str("<section><h2>What was deleted</h2>")?;
            properties(out, &last.properties)?;
            out.write_str("</section>")?;
        }
        revisions(out, history)
    })
}
