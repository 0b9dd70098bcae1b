//! `/query`: a query, and its result as a table, JSON or CSV.

use std::fmt::{self, Write as _};

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::html::{Path, Text};
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond, value};
use crate::http::App;
use crate::http::error::ApiError;
use crate::http::graphql::{self, Answered};

/// `GET /query`
pub async fn show(
    State(app): State<App>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let text = Parameters::text(parameters.q.as_ref());
    let answered = ask(&app, &parameters).await?;
    let data = match &answered {
        Some(Ok(page)) => json!({ "type": page.kind, "data": page.rows, "cursor": page.cursor }),
        Some(Err(message)) => json!({ "error": { "message": message } }),
        None => Value::Null,
    };
    let shell = Shell::new("Query", Section::Query).json(&uri);
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        form(out, text.as_deref(), answered.as_ref())?;
        match &answered {
            Some(Ok(page)) => result(out, text.as_deref().unwrap_or_default(), page),
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
    let mut rows = Vec::new();
    loop {
        match ask(&app, &parameters).await? {
            Some(Ok(page)) => {
                rows.extend(page.rows);
                parameters.cursor = page.cursor;
            }
            Some(Err(message)) => return Err(ApiError::invalid(message)),
            None => return Err(ApiError::invalid("the query is missing; send it as the parameter `q`")),
        }
        if parameters.cursor.is_none() {
            break;
        }
    }
    let columns = columns(&rows);
    let mut out = String::new();
    line(&mut out, columns.iter().map(String::as_str));
    for row in &rows {
        line(
            &mut out,
            columns
                .iter()
                .map(|column| value::plain(cell(row, column)))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        );
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"result.csv\""),
    ];
    Ok((headers, out).into_response())
}

/// The page of the result, or the reason why there is none; `None` when nothing was asked.
async fn ask(app: &App, parameters: &Parameters) -> Result<Option<Result<Answered, String>>, ApiError> {
    let Some(text) = Parameters::text(parameters.q.as_ref()) else { return Ok(None) };
    let cursor = Parameters::text(parameters.cursor.as_ref());
    graphql::ask(app, &text, cursor.as_deref()).await.map(Some)
}

fn form(out: &mut String, text: Option<&str>, answered: Option<&Result<Answered, String>>) -> fmt::Result {
    let invalid = if matches!(answered, Some(Err(_))) {
        " aria-invalid=\"true\" aria-describedby=\"query-error\""
    } else {
        ""
    };
    write!(
        out,
        "<section><h1>Query</h1><form action=\"/query\" class=\"query\"><label class=\"visually-hidden\" for=\"q\">J1QL</label>\
         <textarea id=\"q\" name=\"q\" rows=\"3\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\"{invalid} \
         placeholder=\"FIND User\">{}</textarea><p><button>Run</button> <span class=\"soft small\">Ctrl+Enter</span></p></form>",
        Text(text.unwrap_or_default())
    )?;
    if let Some(Err(message)) = answered {
        write!(out, "<p id=\"query-error\" class=\"error wrap\" role=\"alert\">{}</p>", Text(message))?;
    }
    out.write_str("</section>")
}

fn help(out: &mut String) -> fmt::Result {
    out.write_str("<section><h2>Examples</h2><ul class=\"plain\">")?;
    for query in ["FIND *", "FIND User", "FIND Device LIMIT 10"] {
        write!(
            out,
            "<li><a href=\"{}\"><code>{}</code></a></li>",
            Path::new(&["query"]).with("q", Some(query)),
            Text(query)
        )?;
    }
    out.write_str("</ul></section>")
}

fn result(out: &mut String, query: &str, page: &Answered) -> fmt::Result {
    let csv = Path::new(&["query"]).with("q", Some(query)).to_string().replacen("/query", "/query.csv", 1);
    write!(
        out,
        "<section><div class=\"head\"><h2>Result</h2><span class=\"soft\">{} rows{}</span><a href=\"{csv}\">CSV</a></div>",
        page.rows.len(),
        if page.cursor.is_some() { " on this page" } else { "" }
    )?;
    if page.rows.is_empty() {
        return out.write_str("<p>Nothing matches.</p></section>");
    }
    let columns = columns(&page.rows);
    out.write_str("<div class=\"wide\"><table class=\"cards\"><thead><tr>")?;
    for column in &columns {
        write!(out, "<th>{}</th>", Text(column))?;
    }
    out.write_str("</tr></thead><tbody>")?;
    for row in &page.rows {
        out.write_str("<tr>")?;
        let id = row.get("id").and_then(Value::as_str);
        for (index, column) in columns.iter().enumerate() {
            write!(out, "<td data-label=\"{}\">", Text(column))?;
            let link = id.filter(|_| index == 0).map(|id| Path::new(&["entities", id]).to_string());
            if let Some(link) = &link {
                write!(out, "<a href=\"{link}\">")?;
            }
            value::short(out, column, cell(row, column))?;
            out.write_str(if link.is_some() { "</a></td>" } else { "</td>" })?;
        }
        out.write_str("</tr>")?;
    }
    out.write_str("</tbody></table></div>")?;
    if let Some(cursor) = &page.cursor {
        let next = Path::new(&["query"]).with("q", Some(query)).with("cursor", Some(cursor));
        write!(out, "<nav class=\"pages\"><a rel=\"next\" href=\"{next}\">Next</a></nav>")?;
    }
    out.write_str("</section>")
}

/// The columns of a result: of entities, the name, type and class before the properties.
fn columns(rows: &[Value]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if !columns.iter().any(|known| known == name) {
            columns.push(name.to_owned());
        }
    };
    for row in rows {
        if row.get("entity").is_some() {
            for name in ["displayName", "_type", "_class", "_key"] {
                add(name);
            }
        }
        let properties = row.get("properties").unwrap_or(row);
        for name in properties.as_object().into_iter().flatten().map(|(name, _)| name) {
            add(name);
        }
    }
    columns
}

/// The value of a column.
fn cell<'r>(row: &'r Value, column: &str) -> &'r Value {
    match row.get("entity") {
        Some(entity) => row["properties"].get(column).or_else(|| entity.get(column)),
        None => row.get(column),
    }
    .unwrap_or(&Value::Null)
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
