//! Relationships: all of a type, all of an entity, and one.

use std::fmt::Write as _;

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::changes::pages;
use super::entity::revisions;
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond, value};
use crate::html::{Count, Path, Text, Time};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::{EdgeFilter, End, Table};

/// Relationships on a page.
const PAGE: i64 = 100;

/// The name of a direction in URLs.
pub const fn direction(outgoing: bool) -> &'static str {
    if outgoing { "from" } else { "to" }
}

/// `GET /relationships`
pub async fn show(
    State(app): State<App>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    list(&app, &parameters, &uri, None).await
}

/// `GET /entities/{id}/relationships`
pub async fn of_entity(
    State(app): State<App>,
    UrlPath(id): UrlPath<String>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    list(&app, &parameters, &uri, Some(&id)).await
}

/// The view of a list of relationships.
pub async fn list(
    app: &App,
    parameters: &Parameters,
    uri: &Uri,
    entity: Option<&str>,
) -> Result<Response, ApiError> {
    let page = parameters.page();
    let outgoing = parameters.direction.as_deref() != Some(direction(false));
    let type_name = Parameters::text(parameters.r#type.as_ref());
    let at = Parameters::text(parameters.at.as_ref());
    let filter = EdgeFilter {
        type_name: type_name.clone(),
        of: entity.map(|id| (id.to_owned(), outgoing)),
        offset: (page - 1) * PAGE,
        limit: PAGE,
    };
    let (total, edges) = app.store.relationships(at.clone(), filter).await?;
    let data = json!({ "total": total, "relationships": &edges });
    let title = type_name.clone().unwrap_or_else(|| "Relationships".to_owned());
    let shell = Shell::new(&title, Section::Types).at(at.as_deref()).json(uri);
    Ok(respond(Format::read(uri), &data, &app.settings, &shell, |out| {
        write!(
            out,
            "<section><div class=\"head\"><h1>{}</h1><span class=\"soft\">{}</span></div>",
            Text(&title),
            Count(total, "relationship", "relationships")
        )?;
        if let Some(id) = entity {
            write!(out, "<p>Of <a href=\"{0}\">this entity</a>.</p>", Path::new(&["entities", id]))?;
        }
        out.write_str(
            "<table class=\"cards\"><thead><tr><th>From</th><th>Relationship</th><th>To</th></tr></thead><tbody>",
        )?;
        for edge in &edges {
            write!(
                out,
                "<tr><td data-label=\"From\">{}</td><td data-label=\"Relationship\"><a href=\"{}\">{}</a>{}</td>\
                 <td data-label=\"To\">{}</td></tr>",
                EndLink(&edge.from, at.as_deref()),
                Path::new(&["relationships", &edge.id]).with("at", at.as_ref()),
                Text(&edge.class),
                if edge.mapped { " <span class=\"small soft\">mapped</span>" } else { "" },
                EndLink(&edge.to, at.as_deref()),
            )?;
        }
        out.write_str("</tbody></table>")?;
        let link = |to: i64| {
            let segments: &[&str] = match (entity, &type_name) {
                (Some(id), _) => &["entities", id, "relationships"],
                (None, Some(name)) => &["types", name],
                (None, None) => &["relationships"],
            };
            Path::new(segments)
                .with("direction", parameters.direction.as_ref())
                .with("at", at.as_ref())
                .with("page", Some(to))
                .to_string()
        };
        pages(out, page, page * PAGE < total, link)?;
        out.write_str("</section>")
    }))
}

/// `GET /relationships/{id}`
pub async fn one(
    State(app): State<App>,
    UrlPath(id): UrlPath<String>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let format = Format::read(&uri);
    let id = format.strip(&id);
    let at = Parameters::text(parameters.at.as_ref());
    let history = app.store.history(Table::Relationship, id).await?;
    let edge = app.store.relationship(at.clone(), id).await?;
    if edge.is_none() && history.is_empty() {
        return Err(ApiError::no_object("relationship", id));
    }
    let data = json!({ "relationship": &edge, "history": &history });
    let shell = Shell::new("Relationship", Section::Types).at(at.as_deref()).json(&uri);
    Ok(respond(format, &data, &app.settings, &shell, |out| {
        let Some(edge) = &edge else {
            out.write_str("<section><h1>Deleted relationship</h1></section>")?;
            return revisions(out, &history);
        };
        write!(
            out,
            "<section><h1>{}</h1><p class=\"path\">{} <span class=\"arrow\">{} →</span> {}</p><table class=\"facts\"><tbody>\
             <tr><th scope=\"row\">Type</th><td><a href=\"{}\"><code>{}</code></a>{}</td></tr>\
             <tr><th scope=\"row\">Key</th><td class=\"wrap\"><code>{}</code></td></tr>\
             <tr><th scope=\"row\">Created</th><td>{}</td></tr>\
             <tr><th scope=\"row\">This version</th><td>since {}</td></tr></tbody></table></section>\
             <section><h2>Properties</h2>",
            Text(&edge.class),
            EndLink(&edge.from, at.as_deref()),
            Text(&edge.class),
            EndLink(&edge.to, at.as_deref()),
            Path::new(&["types", &edge.type_name]),
            Text(&edge.type_name),
            if edge.mapped { ", resolved from a mapped relationship" } else { "" },
            Text(&edge.key),
            Time(edge.created_on),
            Time(edge.begin_on)
        )?;
        value::table(out, &edge.properties)?;
        out.write_str("</section>")?;
        revisions(out, &history)
    }))
}

/// The link to one end of a relationship.
struct EndLink<'a>(&'a End, Option<&'a str>);

impl std::fmt::Display for EndLink<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(end, at) = self;
        write!(
            f,
            "<a href=\"{}\">{}</a> <code class=\"small soft\">{}</code>",
            Path::new(&["entities", &end.id]).with("at", *at),
            Text(end.display_name.as_deref().unwrap_or(&end.key)),
            Text(&end.type_name)
        )
    }
}
