//! `/`: the graph in numbers, the newest jobs, the types, and how to run an integration.

use std::fmt::{self, Write as _};

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::shell::{Section, Shell};
use super::{Format, jobs, respond, types};
use crate::html::{Number, Text, Time};
use crate::http::error::ApiError;
use crate::http::jobs::view;
use crate::http::{App, Settings};
use crate::store::{Overview, TypeRow};

/// Jobs that are shown here.
const JOBS: u32 = 5;

/// `GET /`
pub async fn show(State(app): State<App>, uri: Uri) -> Result<Response, ApiError> {
    let (overview, newest) = (app.store.overview().await?, app.store.jobs(JOBS).await?);
    let data = json!({
        "url": app.settings.url,
        "overview": &overview,
        "jobs": newest.iter().map(view).collect::<Vec<_>>(),
    });
    let shell = Shell::new("Overview", Section::Overview).json(&uri);
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        out.write_str("<h1 class=\"visually-hidden\">Overview</h1>")?;
        figures(out, &overview)?;
        if newest.is_empty() {
            return how_to_run(out, &app.settings);
        }
        if overview.entities.is_empty() {
            out.write_str(
                "<section><h2>In the graph</h2><p>Nothing yet. What a job uploads appears here once it is \
                 finalized.</p></section>",
            )?;
        } else {
            out.write_str(
                "<section><div class=\"head\"><h2>In the graph</h2><a href=\"/types\">All types</a></div>",
            )?;
            types::tables(out, &overview)?;
            out.write_str("</section>")?;
        }
        out.write_str(
            "<section><div class=\"head\"><h2>Newest jobs</h2><a href=\"/jobs\">All jobs</a></div>",
        )?;
        jobs::table(out, &newest)?;
        out.write_str("</section>")?;
        instances(out, &overview)?;
        how_to_run(out, &app.settings)
    }))
}

fn figures(out: &mut String, overview: &Overview) -> fmt::Result {
    let sum = |rows: &[TypeRow]| rows.iter().map(|row| row.count).sum::<i64>();
    let mut names: Vec<_> = overview.entities.iter().map(|row| &row.type_name).collect();
    names.dedup();
    let types = i64::try_from(names.len()).unwrap_or(i64::MAX);
    out.write_str("<div class=\"figures\">")?;
    for (count, one, many, link) in [
        (sum(&overview.entities), "entity", "entities", "/entities"),
        (sum(&overview.relationships), "relationship", "relationships", "/relationships"),
        (sum(&overview.mapped_relationships), "mapped relationship", "mapped relationships", "/types"),
        (types, "entity type", "entity types", "/types"),
    ] {
        let name = if count == 1 { one } else { many };
        write!(out, "<a class=\"figure\" href=\"{link}\"><b>{}</b><span>{name}</span></a>", Number(count))?;
    }
    out.write_str("</div>")
}

/// The section of the instances and scopes.
fn instances(out: &mut String, overview: &Overview) -> fmt::Result {
    if overview.instances.is_empty() {
        return Ok(());
    }
    out.write_str(
        "<section><h2>Instances</h2><table class=\"cards\"><thead><tr><th>Id</th><th>Kind</th><th>Last job</th>\
         <th class=\"n\">Entities</th></tr></thead><tbody>",
    )?;
    for row in &overview.instances {
        write!(
            out,
            "<tr><td data-label=\"Id\"><code>{}</code></td><td data-label=\"Kind\" class=\"soft\">{}</td>\
             <td data-label=\"Last job\">{}</td><td data-label=\"Entities\" class=\"n\">{}</td></tr>",
            Text(&row.name),
            Text(&row.kind),
            Time(row.last_seen_on),
            Number(row.entities)
        )?;
    }
    out.write_str("</tbody></table></section>")
}

fn how_to_run(out: &mut String, settings: &Settings) -> fmt::Result {
    let key = if settings.api_key.is_some() { "'<the key it was started with>'" } else { "any-text" };
    write!(
        out,
        "<section><h2>Run an integration against it</h2>\
         <p>In the folder of an integration, <code>cargo j1 run --local</code> uploads to this server. From anywhere \
         else, set these. Any instance id will do: each one has data of its own, and a second run with the same id \
         shows what changed.</p>\
         <pre>export JUPITERONE_API_BASE={}\nexport JUPITERONE_API_KEY={}\n\
         export JUPITERONE_INTEGRATION_INSTANCE_ID=my-instance\n\ncargo j1 run</pre></section>",
        Text(&settings.url),
        Text(key)
    )
}
