//! `/graph/entities`: entities and their relationships as a drawing, with the same nodes as a table.

use std::fmt::Write as _;

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::head::Head;
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond};
use crate::html::{Count, Path, Text};
use crate::http::App;
use crate::http::error::ApiError;
use crate::http::graphql;
use crate::picture::{self, MOST_NODES, Picture};
use crate::query::{Data, QueryError};
use crate::store::{Choice, Expansion};

/// The most expansions that a URL may have.
const MOST_EXPANSIONS: usize = 100;

/// `GET /graph/entities`
pub async fn show(
    State(app): State<App>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let at = Parameters::text(parameters.at.as_ref());
    let query = Parameters::text(parameters.q.as_ref());
    let (total, mut picture) = if let Some(query) = &query {
        let drawn = of_query(&app, query, at.clone(), &parameters).await?;
        drawn.map_err(|error| ApiError::invalid(error.to_string()))?
    } else {
        let choice = match (&parameters.around, Parameters::text(parameters.r#type.as_ref())) {
            (Some(id), _) => Choice::Around(id.clone()),
            (None, Some(name)) => Choice::Type(name),
            (None, None) => Choice::All,
        };
        app.store.picture(at.clone(), choice, expansions(parameters.expand.as_deref())?).await?
    };
    picture.caption = caption(&picture, total);
    let shell = Shell::new("Graph of entities", Section::Graph).at(at.as_deref()).json(&uri).viewer();
    Ok(respond(
        Format::read(&uri),
        &json!({ "total": total, "graph": &picture }),
        &app.settings,
        &shell,
        |out| {
            out.write_str("<section>")?;
            let types = Path::new(&["graph"]).with("at", at.as_deref());
            Head::new("Graph of entities")
                .note(Text(&picture.caption))
                .link(types, "Graph of types")
                .write(out)?;
            form(out, &parameters)?;
            if picture.nodes.is_empty() {
                out.write_str("<p>No entity matches.</p>")?;
            } else {
                picture::write(out, &picture)?;
            }
            out.write_str("</section>")
        },
    ))
}

/// The entities on the paths of a query, and what was added to them.
pub async fn of_query(
    app: &App,
    text: &str,
    at: Option<String>,
    parameters: &Parameters,
) -> Result<Result<(i64, Picture), QueryError>, ApiError> {
    let as_tree = match j1ql::parse(text) {
        Ok(query) => j1ql::format(&query.into_tree()),
        Err(error) => return Ok(Err(error.into())),
    };
    let page = match graphql::ask(app, &as_tree, None, at.clone()).await {
        Err(QueryError::Store(error)) => return Err(error.into()),
        Err(error) => return Ok(Err(error)),
        Ok(page) => page,
    };
    let rows = match &page.data {
        Data::Tree { vertices: rows, .. } | Data::List(rows) => rows.as_slice(),
        Data::Table { .. } => &[],
    };
    let ids = rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect();
    let expansions = expansions(parameters.expand.as_deref())?;
    Ok(Ok(app.store.picture(at, Choice::Ids(ids), expansions).await?))
}

/// Reads `[["id","from","HAS","acme_user"],…]`.
fn expansions(text: Option<&str>) -> Result<Vec<Expansion>, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Vec::new()) };
    let wrong =
        || ApiError::invalid("`expand` is not a list of `[\"id\",\"from\" or \"to\",\"CLASS\",\"type\"]`");
    let list: Vec<[String; 4]> = serde_json::from_str(text).map_err(|_| wrong())?;
    if list.len() > MOST_EXPANSIONS {
        return Err(ApiError::invalid(format!("`expand` has more than {MOST_EXPANSIONS} entries")));
    }
    list.into_iter()
        .map(|[id, direction, class, other]| match direction.as_str() {
            "from" | "to" => Ok(Expansion { id, outgoing: direction == "from", class, other }),
            _ => Err(wrong()),
        })
        .collect()
}

/// The size of a picture in words.
pub fn caption(picture: &Picture, total: i64) -> String {
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let (nodes, edges) = (count(picture.nodes.len()), count(picture.edges.len()));
    let shown =
        format!("{}, {}", Count(nodes, "entity", "entities"), Count(edges, "relationship", "relationships"));
    if total > nodes {
        format!("{shown}; {MOST_NODES} of {} are shown, choose fewer", Count(total, "entity", "entities"))
    } else {
        shown
    }
}

/// The form that chooses what is shown: a query, or nothing for everything.
fn form(out: &mut String, parameters: &Parameters) -> std::fmt::Result {
    out.write_str("<form class=\"filter\" action=\"/graph/entities\">")?;
    if let Some(at) = &parameters.at {
        write!(out, "<input type=\"hidden\" name=\"at\" value=\"{}\">", Text(at))?;
    }
    write!(
        out,
        "<label class=\"grow\">Entities of a query <input name=\"q\" value=\"{}\" spellcheck=\"false\" autocapitalize=\"off\" \
         placeholder=\"FIND User THAT HAS Device\"></label><button>Show</button> \
         <a class=\"small\" href=\"/graph/entities\">Show everything</a></form>",
        Text(parameters.q.as_deref().unwrap_or_default())
    )
}
