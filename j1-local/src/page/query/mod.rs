//! `/query`: a query, and its result as a table, JSON or CSV.

mod editor;
mod table;

use std::fmt::{self, Write as _};

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::{Value, json};

use super::shell::{Section, Shell};
use super::{Format, Parameters, picture as drawing, respond, value};
use crate::html::{Count, Path, Text};
use crate::http::App;
use crate::http::error::ApiError;
use crate::http::graphql;
use crate::picture::{self, Picture};
use crate::query::{Answer, Data, QueryError};
pub use editor::{check, words};
pub use table::csv;
use table::table;

/// The form in which a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Table,
    Graph,
    Json,
}

impl View {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Table, "Table"), (Self::Graph, "Graph"), (Self::Json, "JSON")];

    /// The name in URLs.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Graph => "graph",
            Self::Json => "json",
        }
    }

    fn read(parameters: &Parameters) -> Self {
        let known = Self::ALL.into_iter().map(|(view, _)| view);
        let wanted = parameters.view.as_deref().unwrap_or_default();
        known.into_iter().find(|view| view.as_str() == wanted).unwrap_or(Self::Table)
    }
}

/// The result of a query: a page, or an error.
type Asked = Result<Answer, QueryError>;

/// `GET /query`
pub async fn show(
    State(app): State<App>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let text = Parameters::text(parameters.q.as_ref());
    let at = Parameters::text(parameters.at.as_ref());
    let asked = ask(&app, &parameters).await?;
    let data = match &asked {
        Some(Ok(page)) => page.json(),
        Some(Err(error)) => json!({ "error": editor::error_json(error) }),
        None => Value::Null,
    };
    let view = View::read(&parameters);
    let mut shell =
        Shell::new("Query", Section::Query).at(at.as_deref()).json(&uri).script("/assets/query.js");
    let mut graph = None;
    if let (View::Graph, Some(Ok(_)), Some(text), Format::Html) = (view, &asked, &text, Format::read(&uri)) {
        graph = Some(drawing::of_query(&app, text, at.clone(), &parameters).await?);
        shell = shell.viewer();
    }
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        editor::form(out, text.as_deref(), (at.as_deref(), view), asked.as_ref())?;
        match &asked {
            Some(Ok(page)) => {
                let query = text.as_deref().unwrap_or_default();
                Shown { query, at: at.as_deref(), view, page }.write(out, graph.as_ref())
            }
            Some(Err(_)) => Ok(()),
            None => editor::help(out),
        }
    }))
}

/// Runs the query of the request; `None` if it has no query.
async fn ask(app: &App, parameters: &Parameters) -> Result<Option<Asked>, ApiError> {
    let Some(text) = Parameters::text(parameters.q.as_ref()) else { return Ok(None) };
    let cursor = Parameters::text(parameters.cursor.as_ref());
    let at = Parameters::text(parameters.at.as_ref());
    match graphql::ask(app, &text, cursor, at).await {
        Err(QueryError::Store(error)) => Err(error.into()),
        asked => Ok(Some(asked)),
    }
}

/// A result with its request.
struct Shown<'a> {
    query: &'a str,
    at: Option<&'a str>,
    view: View,
    page: &'a Answer,
}

impl Shown<'_> {
    /// The link to the query, with an ending after its path.
    fn link(&self, ending: &str, view: View, cursor: Option<&String>) -> String {
        let path = Path::new(&["query"])
            .with("q", Some(self.query))
            .with("at", self.at)
            .with("view", (view != View::Table).then_some(view.as_str()))
            .with("cursor", cursor)
            .to_string();
        path.replacen("/query", &format!("/query{ending}"), 1)
    }

    fn write(&self, out: &mut String, graph: Option<&Drawn>) -> fmt::Result {
        let page = self.page;
        write!(
            out,
            "<section><div class=\"head\"><h2>Result</h2><span class=\"soft\">{}{}</span><nav class=\"tabs\" aria-label=\"Form of the result\">",
            count(&page.data),
            if page.cursor.is_some() { " on this page" } else { "" },
        )?;
        for (view, name) in View::ALL {
            let current = if view == self.view { " aria-current=\"page\"" } else { "" };
            write!(out, "<a href=\"{}\"{current}>{name}</a>", self.link("", view, None))?;
        }
        write!(
            out,
            "</nav><a href=\"{}\" download>Download CSV</a></div>",
            self.link(".csv", View::Table, None)
        )?;
        for notice in &page.notices {
            write!(out, "<p class=\"note small\">{}</p>", Text(&notice.message))?;
        }
        if page.data.is_empty() {
            return out.write_str("<p>Nothing matches.</p></section>");
        }
        match (self.view, graph) {
            (View::Graph, Some(Ok((total, drawn)))) => {
                write!(out, "<p class=\"soft small caption\">{}</p>", Text(drawing::caption(drawn, *total)))?;
                picture::write(out, drawn)?;
            }
            (View::Graph, Some(Err(error))) => write!(out, "<p class=\"error\">{}</p>", Text(error))?,
            (View::Json, _) => {
                let pretty = serde_json::to_string_pretty(&page.json()).unwrap_or_default();
                write!(out, "<pre class=\"tall\">{}</pre>", Text(pretty))?;
            }
            _ => {
                rows(out, &page.data, self.at)?;
                if let Data::Tree { vertices, edges } = &page.data {
                    tree(out, vertices, edges, self.at)?;
                }
            }
        }
        if let (Some(cursor), View::Table | View::Json) = (&page.cursor, self.view) {
            let next = self.link("", self.view, Some(cursor));
            write!(out, "<nav class=\"pages\"><a rel=\"next\" href=\"{next}\">Next</a></nav>")?;
        }
        out.write_str("</section>")
    }
}

/// The graph of a query's entities and the number of them, or an error.
type Drawn = Result<(i64, Picture), QueryError>;

fn count(data: &Data) -> String {
    let count = i64::try_from(data.len()).unwrap_or(i64::MAX);
    match data {
        Data::List(_) => Count(count, "entity", "entities").to_string(),
        Data::Table { .. } => Count(count, "row", "rows").to_string(),
        Data::Tree { edges, .. } => {
            let edges = i64::try_from(edges.len()).unwrap_or(i64::MAX);
            format!(
                "{}, {}",
                Count(count, "entity", "entities"),
                Count(edges, "relationship", "relationships")
            )
        }
    }
}

fn rows(out: &mut String, data: &Data, at: Option<&str>) -> fmt::Result {
    let (columns, rows) = table(data);
    out.write_str("<div class=\"wide\"><table class=\"cards\"><thead><tr>")?;
    for column in &columns {
        write!(out, "<th>{}</th>", Text(column))?;
    }
    out.write_str("</tr></thead><tbody>")?;
    for row in rows {
        out.write_str("<tr>")?;
        for (column, cell) in columns.iter().zip(&row) {
            write!(out, "<td data-label=\"{}\">", Text(column))?;
            let name = column.rsplit('.').next().unwrap_or(column);
            match &cell.entity {
                Some(id) => {
                    let link = Path::new(&["entities", id]).with("at", at).to_string();
                    write!(out, "<a href=\"{link}\">")?;
                    value::short(out, name, &cell.value)?;
                    out.write_str("</a>")?;
                }
                None => value::short(out, name, &cell.value)?,
            }
            out.write_str("</td>")?;
        }
        out.write_str("</tr>")?;
    }
    out.write_str("</tbody></table></div>")
}

/// The relationships of a tree.
fn tree(out: &mut String, vertices: &[Value], edges: &[Value], at: Option<&str>) -> fmt::Result {
    out.write_str("<h3>Relationships</h3><table class=\"cards\"><tbody>")?;
    let end = |out: &mut String, id: &Value| {
        let name =
            vertices.iter().find(|vertex| vertex["id"] == *id).map(|vertex| &vertex["entity"]["displayName"]);
        let id = id.as_str().unwrap_or_default();
        write!(
            out,
            "<a href=\"{}\">{}</a>",
            Path::new(&["entities", id]).with("at", at),
            Text(name.and_then(Value::as_str).unwrap_or(id))
        )
    };
    for edge in edges {
        out.write_str("<tr><td>")?;
        end(out, &edge["fromVertexId"])?;
        let class = &edge["relationship"]["_class"];
        write!(out, "</td><td>{}</td><td>", Text(value::plain(class)))?;
        end(out, &edge["toVertexId"])?;
        out.write_str("</td></tr>")?;
    }
    out.write_str("</tbody></table>")
}
