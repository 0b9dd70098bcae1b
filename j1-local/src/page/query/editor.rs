//! The query box: its text, the error in it, and completions.

use std::fmt::{self, Write as _};

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::super::Parameters;
use super::{Asked, View};
use crate::html::{Path, Text};
use crate::http::App;
use crate::http::error::ApiError;
use crate::query::QueryError;

/// `GET /query/words.json`: the classes, types, verbs and properties that complete a query.
pub async fn words(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    let overview = app.store.overview().await?;
    let mut types = serde_json::Map::new();
    for row in &overview.entities {
        types.insert(row.type_name.clone(), json!(row.class));
    }
    let mut verbs: Vec<&str> =
        overview.relationships.iter().flat_map(|row| row.class.iter().map(String::as_str)).collect();
    verbs.sort_unstable();
    verbs.dedup();
    Ok(Json(json!({ "types": types, "verbs": verbs, "properties": app.store.properties().await? })))
}

/// `GET /query/check.json?q=`: the error of a query, without running it.
pub async fn check(Query(parameters): Query<Parameters>) -> Json<Value> {
    let text = parameters.q.unwrap_or_default();
    let error = j1ql::parse(&text).and_then(|query| j1ql::resolve(&text, &query).map(drop)).err();
    Json(json!({ "error": error.map(|error| error_json(&error.into())) }))
}

/// An error with its position in the query, in bytes.
pub fn error_json(error: &QueryError) -> Value {
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

/// Writes the query box, and the error if there is one.
pub fn form(
    out: &mut String,
    text: Option<&str>,
    (at, view): (Option<&str>, View),
    asked: Option<&Asked>,
) -> fmt::Result {
    let error = asked.and_then(|asked| asked.as_ref().err());
    let invalid =
        if error.is_some() { " aria-invalid=\"true\" aria-describedby=\"query-error\"" } else { "" };
    out.write_str("<section><h1>Query</h1><form action=\"/query\" class=\"query\">")?;
    if let Some(at) = at {
        write!(out, "<input type=\"hidden\" name=\"at\" value=\"{}\">", Text(at))?;
    }
    if view != View::Table {
        write!(out, "<input type=\"hidden\" name=\"view\" value=\"{}\">", view.as_str())?;
    }
    write!(
        out,
        "<label class=\"visually-hidden\" for=\"q\">J1QL</label>\
         <div class=\"editor\"><pre class=\"under\" aria-hidden=\"true\"></pre>\
         <textarea id=\"q\" name=\"q\" rows=\"4\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\"{invalid} \
         placeholder=\"FIND User THAT HAS Device\">{}</textarea>\
         <ul id=\"words\" role=\"listbox\" aria-label=\"Completions\" hidden></ul></div>\
         <p id=\"query-live\" class=\"small\" role=\"status\"></p>\
         <p><button>Run</button> <span class=\"soft small\">Ctrl+Enter runs, Ctrl+Space completes</span></p></form>\
         <details class=\"past\" id=\"past\" hidden><summary>Queries asked before in this browser</summary></details>",
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

/// Writes the query with the error underlined. An error at the end of the query underlines a blank.
fn underlined(out: &mut String, text: &str, span: j1ql::Span) -> fmt::Result {
    let (before, rest) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let length = span.end.saturating_sub(span.start);
    let (wrong, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
    let wrong = if wrong.is_empty() { "\u{a0}" } else { wrong };
    write!(out, "<pre>{}<mark>{}</mark>{}</pre>", Text(before), Text(wrong), Text(after))
}

/// Writes example queries.
pub fn help(out: &mut String) -> fmt::Result {
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
