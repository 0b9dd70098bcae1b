//! `/query`: a query, and its result as a table, JSON or CSV.

use std::fmt::{self, Write as _};

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::html::{Count, Path, Text};
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond, value};
use crate::http::App;
use crate::http::error::ApiError;
use crate::http::graphql;
use crate::query::{Answer, Data, QueryError};

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
        Some(Err(error)) => json!({ "error": error_json(error) }),
        None => Value::Null,
    };
    let shell = Shell::new("Query", Section::Query).at(at.as_deref()).json(&uri);
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        form(out, text.as_deref(), at.as_deref(), asked.as_ref())?;
        match &asked {
            Some(Ok(page)) => result(out, text.as_deref().unwrap_or_default(), at.as_deref(), page),
            Some(Err(_)) => Ok(()),
            None => help(out),
        }
    }))
}

/// `GET /query.csv`: the whole result.
pub async fn csv(
    State(app): State<App>,
    Query(mut parameters): Query<Parameters>,
) -> Result<Response, ApiError> {
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    loop {
        match ask(&app, &parameters).await? {
            Some(Ok(page)) => {
                let (names, found) = table(&page.data);
                for row in found {
                    let cells = names.iter().cloned().zip(row.iter().map(|cell| value::plain(&cell.value)));
                    rows.push(cells.collect());
                }
                for name in names {
                    if !columns.contains(&name) {
                        columns.push(name);
                    }
                }
                parameters.cursor = page.cursor;
            }
            Some(Err(error)) => return Err(ApiError::invalid(error.to_string())),
            None => return Err(ApiError::invalid("the query is missing; send it as the parameter `q`")),
        }
        if parameters.cursor.is_none() {
            break;
        }
    }
    let mut out = String::new();
    line(&mut out, columns.iter().map(String::as_str));
    for row in &rows {
        let cell = |name: &String| row.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
        line(&mut out, columns.iter().map(cell));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"result.csv\""),
    ];
    Ok((headers, out).into_response())
}

/// Asks; `None` when there is no query.
async fn ask(app: &App, parameters: &Parameters) -> Result<Option<Asked>, ApiError> {
    let Some(text) = Parameters::text(parameters.q.as_ref()) else { return Ok(None) };
    let cursor = Parameters::text(parameters.cursor.as_ref());
    let at = Parameters::text(parameters.at.as_ref());
    match graphql::ask(app, &text, cursor, at).await {
        Err(QueryError::Store(error)) => Err(error.into()),
        asked => Ok(Some(asked)),
    }
}

fn error_json(error: &QueryError) -> Value {
    match error {
        QueryError::Query(error) => json!({
            "message": error.message(), "code": error.code().as_str(),
            "span": { "start": error.span.start, "end": error.span.end },
            "line": error.position.line, "column": error.position.column,
            "expected": error.expected, "suggestion": error.suggestion,
        }),
        other => json!({ "message": other.to_string() }),
    }
}

fn form(out: &mut String, text: Option<&str>, at: Option<&str>, asked: Option<&Asked>) -> fmt::Result {
    let error = asked.and_then(|asked| asked.as_ref().err());
    let invalid =
        if error.is_some() { " aria-invalid=\"true\" aria-describedby=\"query-error\"" } else { "" };
    out.write_str("<section><h1>Query</h1><form action=\"/query\" class=\"query\">")?;
    if let Some(at) = at {
        write!(out, "<input type=\"hidden\" name=\"at\" value=\"{}\">", Text(at))?;
    }
    write!(
        out,
        "<label class=\"visually-hidden\" for=\"q\">J1QL</label>\
         <textarea id=\"q\" name=\"q\" rows=\"3\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\"{invalid} \
         placeholder=\"FIND User THAT HAS Device\">{}</textarea>\
         <p><button>Run</button> <span class=\"soft small\">Ctrl+Enter</span></p></form>",
        Text(text.unwrap_or_default())
    )?;
    if let Some(error) = error {
        out.write_str("<div id=\"query-error\" role=\"alert\">")?;
        if let (QueryError::Query(error), Some(text)) = (error, text) {
            underlined(out, text, error.span)?;
        }
        write!(out, "<p class=\"error wrap\">{}</p></div>", Text(error))?;
    }
    out.write_str("</section>")
}

/// The query with the place of the error underlined. At its end, where nothing can be, a blank is.
fn underlined(out: &mut String, text: &str, span: j1ql::Span) -> fmt::Result {
    let (before, rest) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let length = span.end.saturating_sub(span.start);
    let (wrong, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
    let wrong = if wrong.is_empty() { "\u{a0}" } else { wrong };
    write!(out, "<pre>{}<mark>{}</mark>{}</pre>", Text(before), Text(wrong), Text(after))
}

fn help(out: &mut String) -> fmt::Result {
    out.write_str("<section><h2>Examples</h2><ul class=\"plain\">")?;
    for query in [
        "FIND *",
        "FIND User",
        "FIND User AS u THAT RELATES TO Application AS a RETURN u.displayName, a.displayName LIMIT 20",
        "FIND * AS e RETURN e._type, count(e) AS count ORDER BY count DESC",
        "FIND Group THAT HAS User RETURN TREE LIMIT 10",
    ] {
        let link = Path::new(&["query"]).with("q", Some(query)).to_string();
        write!(out, "<li><a href=\"{link}\"><code>{}</code></a></li>", Text(query))?;
    }
    out.write_str("</ul></section>")
}

/// The link to a query, with an ending after its path.
fn link(ending: &str, query: &str, at: Option<&str>, cursor: Option<&String>) -> String {
    let path = Path::new(&["query"]).with("q", Some(query)).with("at", at).with("cursor", cursor).to_string();
    path.replacen("/query", &format!("/query{ending}"), 1)
}

fn result(out: &mut String, query: &str, at: Option<&str>, page: &Answer) -> fmt::Result {
    let count = i64::try_from(page.data.len()).unwrap_or(i64::MAX);
    let count = match &page.data {
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
    };
    write!(
        out,
        "<section><div class=\"head\"><h2>Result</h2><span class=\"soft\">{count}{}</span>\
         <a href=\"{}\">JSON</a><a class=\"beside\" href=\"{}\">CSV</a></div>",
        if page.cursor.is_some() { " on this page" } else { "" },
        link(".json", query, at, None),
        link(".csv", query, at, None)
    )?;
    for notice in &page.notices {
        write!(out, "<p class=\"note small\">{}</p>", Text(notice.message))?;
    }
    if page.data.is_empty() {
        return out.write_str("<p>Nothing matches.</p></section>");
    }
    rows(out, &page.data, at)?;
    if let Data::Tree { vertices, edges } = &page.data {
        tree(out, vertices, edges, at)?;
    }
    if let Some(cursor) = &page.cursor {
        let next = link("", query, at, Some(cursor));
        write!(out, "<nav class=\"pages\"><a rel=\"next\" href=\"{next}\">Next</a></nav>")?;
    }
    out.write_str("</section>")
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

/// A cell of a result; the first one of an entity leads to it.
struct Cell {
    value: Value,
    entity: Option<String>,
}

/// The result as columns and rows. Of entities, the name, type and class come before the properties.
fn table(data: &Data) -> (Vec<String>, Vec<Vec<Cell>>) {
    let entities = match data {
        Data::Table { columns, rows } => {
            let cells = |row: &Vec<Value>| {
                row.iter().map(|value| Cell { value: value.clone(), entity: None }).collect()
            };
            return (columns.clone(), rows.iter().map(cells).collect());
        }
        Data::List(rows) => rows,
        Data::Tree { vertices, .. } => vertices,
    };
    let mut columns: Vec<String> = ["displayName", "_type", "_class", "_key"].map(str::to_owned).into();
    for row in entities {
        for name in row["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    let rows = entities
        .iter()
        .map(|row| {
            let cell = |(index, column): (usize, &String)| Cell {
                value: row["properties"]
                    .get(column)
                    .or_else(|| row["entity"].get(column))
                    .cloned()
                    .unwrap_or_default(),
                entity: row["id"].as_str().filter(|_| index == 0).map(str::to_owned),
            };
            columns.iter().enumerate().map(cell).collect()
        })
        .collect();
    (columns, rows)
}

/// Writes a line of CSV. A cell that a spreadsheet would take for a formula is quoted with an apostrophe.
fn line<'c>(out: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        if formula || cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            if formula {
                out.push('\'');
            }
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
