//! `/types`: the types in the graph; `/types/{name}`: what there is of one.

use std::fmt::{self, Write as _};

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::Uri;
use axum::response::Response;

use super::shell::{Section, Shell};
use super::{Format, Parameters, entities, relationships, respond};
use crate::html::{Number, Path, Text};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::{Overview, TypeRow};

/// `GET /types`
pub async fn show(State(app): State<App>, uri: Uri) -> Result<Response, ApiError> {
    let overview = app.store.overview().await?;
    let shell = Shell::new("Types", Section::Types).json(&uri);
    Ok(respond(Format::read(&uri), &overview, &app.settings, &shell, |out| {
        out.write_str("<section><h1>Types</h1>")?;
        if overview.entities.is_empty() {
            out.write_str("<p>Nothing yet. What a job uploads appears here once it is finalized.</p>")?;
        } else {
            tables(out, &overview)?;
        }
        out.write_str("</section>")
    }))
}

/// `GET /types/{name}`: the entities of the type, or its relationships.
pub async fn one(
    State(app): State<App>,
    UrlPath(name): UrlPath<String>,
    Query(mut parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let name = Format::read(&uri).strip(&name).to_owned();
    let overview = app.store.overview().await?;
    let has = |rows: &[TypeRow]| rows.iter().any(|row| row.type_name == name);
    let edges = !has(&overview.entities) && has(&overview.relationships);
    parameters.r#type = Some(name);
    if edges {
        relationships::list(&app, &parameters, &uri, None).await
    } else {
        entities::list(&app, &parameters, &uri).await
    }
}

/// Writes the tables of entity types and relationship types.
pub fn tables(out: &mut String, overview: &Overview) -> fmt::Result {
    out.write_str("<div class=\"two\"><div>")?;
    table(out, "Entities", &overview.entities, true)?;
    out.write_str("</div><div>")?;
    table(out, "Relationships", &overview.relationships, true)?;
    if !overview.mapped_relationships.is_empty() {
        table(out, "Mapped relationships as uploaded", &overview.mapped_relationships, false)?;
    }
    out.write_str("</div></div>")
}

fn table(out: &mut String, title: &str, rows: &[TypeRow], linked: bool) -> fmt::Result {
    write!(out, "<h3>{title}</h3><table><tbody>")?;
    for row in rows {
        let name = Text(&row.type_name);
        let class = Text(row.class.join(", "));
        if linked {
            let path = Path::new(&["types", &row.type_name]).to_string();
            write!(
                out,
                "<tr><td><a href=\"{path}\"><code>{name}</code></a> <span class=\"small soft\">{class}</span></td>"
            )?;
        } else {
            write!(out, "<tr><td><code>{name}</code> <span class=\"small soft\">{class}</span></td>")?;
        }
        write!(out, "<td class=\"n\">{}</td></tr>", Number(row.count))?;
    }
    if rows.is_empty() {
        out.write_str("<tr><td class=\"soft\">None.</td></tr>")?;
    }
    out.write_str("</tbody></table>")
}
