//! Relationships: all of a type, all of an entity, and one.

use std::fmt::{self, Write as _};

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::changes::pages;
use super::entity::revisions;
use super::head::{Head, facts};
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond, value};
use crate::html::{Count, Path, Text, Time};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::{Edge, EdgeFilter, End, Table};

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
    let title = match (&type_name, entity) {
        (Some(name), _) => name,
        (None, Some(_)) if outgoing => "Relationships from it",
        (None, Some(_)) => "Relationships to it",
        (None, None) => "Relationships",
    };
    let name = match entity {
        Some(id) => app.store.entity(at.clone(), id).await?.map(|detail| super::entity::name(&detail.row)),
        None => None,
    };
    let section = if entity.is_some() { Section::Entities } else { Section::Types };
    let shell = Shell::new(title, section).at(at.as_deref()).json(uri);
    Ok(respond(Format::read(uri), &data, &app.settings, &shell, |out| {
        let mut head = Head::new(title).note(Count(total, "relationship", "relationships"));
        head = match entity {
            Some(id) => head
                .below("/entities", "Entities")
                .below(Path::new(&["entities", id]).with("at", at.as_ref()), name.as_deref().unwrap_or(id)),
            None => head.below("/types", "Types"),
        };
        out.write_str("<section>")?;
        head.write(out)?;
        if edges.is_empty() {
            return out.write_str("<p>There are none.</p></section>");
        }
        table(out, &edges, at.as_deref())?;
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

fn table(out: &mut String, edges: &[Edge], at: Option<&str>) -> fmt::Result {
    out.write_str(
        "<table class=\"cards sentence\"><thead><tr><th>From</th><th>Relationship</th><th>To</th></tr></thead><tbody>",
    )?;
    for edge in edges {
        write!(
            out,
            "<tr><td data-label=\"From\">{}</td><td data-label=\"Relationship\"><a href=\"{}\">{}</a>{}</td>\
             <td data-label=\"To\">{}</td></tr>",
            EndLink(&edge.from, at),
            Path::new(&["relationships", &edge.id]).with("at", at),
            Text(&edge.class),
            if edge.mapped { " <span class=\"small soft\">mapped</span>" } else { "" },
            EndLink(&edge.to, at),
        )?;
    }
    out.write_str("</tbody></table>")
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
            out.write_str("<section>")?;
            Head::new("Deleted relationship").below("/relationships", "Relationships").write(out)?;
            out.write_str("</section>")?;
            return revisions(out, &history);
        };
        out.write_str("<section>")?;
        Head::new(&edge.class)
            .below("/types", "Types")
            .below(Path::new(&["types", &edge.type_name]).with("at", at.as_ref()), &edge.type_name)
            .write(out)?;
        write!(
            out,
            "<p class=\"path\">{} <span class=\"arrow\">{} →</span> {}</p>",
            EndLink(&edge.from, at.as_deref()),
            Text(&edge.class),
            EndLink(&edge.to, at.as_deref())
        )?;
        let mut list = vec![
            ("Key", format!("<code>{}</code>", Text(&edge.key))),
            ("Created", Time(edge.created_on).to_string()),
            ("This version", format!("since {}", Time(edge.begin_on))),
        ];
        if edge.mapped {
            list.push(("Resolved", "from a mapped relationship".to_owned()));
        }
        facts(out, &list)?;
        out.write_str("</section><section><h2>Properties</h2>")?;
        value::table(out, &edge.properties)?;
        out.write_str("</section>")?;
        revisions(out, &history)
    }))
}

/// The link to one end of a relationship.
struct EndLink<'a>(&'a End, Option<&'a str>);

impl fmt::Display for EndLink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
