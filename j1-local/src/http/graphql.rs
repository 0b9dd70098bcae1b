//! `queryV1`, as the official Node client calls it.
//!
//! The operation is known by the name of its field and its arguments come from `variables`; there is no
//! GraphQL machinery behind it. A deferred query answers with an address, and the address with the result.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};
use uuid::Uuid;

use super::App;
use super::body;
use super::error::ApiError;
use crate::query::Query;

/// Rows in one answer.
const PAGE: u32 = 1000;

/// Deferred queries that are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 1000;

/// One page to be read.
#[derive(Debug, Clone)]
struct Ask {
    query: Query,
    after: i64,
}

/// Deferred queries by the id in their address. They run when their result is fetched.
#[derive(Clone, Default)]
pub struct Deferred(Arc<Mutex<VecDeque<(String, Ask)>>>);

impl Deferred {
    fn add(&self, ask: Ask) -> String {
        let id = Uuid::new_v4().to_string();
        let mut asks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asks.len() == REMEMBERED {
            asks.pop_front();
        }
        asks.push_back((id.clone(), ask));
        id
    }

    fn find(&self, id: &str) -> Option<Ask> {
        let asks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asks.iter().find(|(known, _)| known == id).map(|(_, ask)| ask.clone())
    }
}

/// `POST /graphql`. What is wrong with a query is said inside the answer, as GraphQL does.
pub async fn answer(State(app): State<App>, headers: HeaderMap, body: Body) -> Result<Json<Value>, ApiError> {
    let request = body::object(&app, &headers, body).await?;
    let document = request.get("query").and_then(Value::as_str).unwrap_or_default();
    if !document.contains("queryV1") {
        return Ok(refuse("this version answers `queryV1` only"));
    }
    let empty = json!({});
    let variables = request.get("variables").unwrap_or(&empty);
    let ask = match read(variables) {
        Ok(ask) => ask,
        Err(message) => return Ok(refuse(&message)),
    };
    if variables.get("deferredResponse").and_then(Value::as_str) == Some("FORCE") {
        let url = format!("{}/graphql/results/{}", app.settings.url, app.deferred.add(ask));
        return Ok(Json(json!({ "data": { "queryV1": { "type": "deferred", "data": null, "url": url } } })));
    }
    let mut page = run(&app, &ask).await?.json();
    page["url"] = Value::Null;
    Ok(Json(json!({ "data": { "queryV1": page } })))
}

/// `GET /graphql/results/{id}`
pub async fn result(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let ask = app.deferred.find(&id).ok_or_else(ApiError::not_found)?;
    let mut page = run(&app, &ask).await?.json();
    page["status"] = "COMPLETED".into();
    Ok(Json(page))
}

/// A page of a result.
#[derive(Debug)]
pub struct Answered {
    /// `list` or `table`.
    pub kind: &'static str,
    pub rows: Vec<Value>,
    /// The cursor of the next page.
    pub cursor: Option<String>,
}

/// Answers a query of the page; a query that is wrong is answered with the reason.
pub async fn ask(app: &App, query: &str, cursor: Option<&str>) -> Result<Result<Answered, String>, ApiError> {
    match read(&json!({ "query": query, "cursor": cursor })) {
        Ok(ask) => run(app, &ask).await.map(Ok),
        Err(message) => Ok(Err(message)),
    }
}

fn read(variables: &Value) -> Result<Ask, String> {
    let text = variables.get("query").and_then(Value::as_str);
    let text = text.ok_or("the query is missing; send it as the variable `query`")?;
    let query = Query::parse(text).map_err(|error| error.to_string())?;
    let after = match variables.get("cursor") {
        None | Some(Value::Null) => 0,
        Some(cursor) => cursor
            .as_str()
            .and_then(|cursor| cursor.strip_prefix(CURSOR)?.parse().ok())
            .ok_or("the cursor is not one of this server; send back the one of the last answer")?,
    };
    Ok(Ask { query, after })
}

/// What a cursor begins with, so that a number made up by a client is not taken for one.
const CURSOR: &str = "after-";

/// Reads a page of the result.
async fn run(app: &App, ask: &Ask) -> Result<Answered, ApiError> {
    let (kind, page, whole) = match ask.query.clone() {
        Query::Entities { selector, limit } => {
            ("list", app.store.find(selector, ask.after, limit.unwrap_or(PAGE)).await?, limit.is_some())
        }
        Query::Relationships { instance, alias } => {
            ("table", app.store.find_relationships(instance, alias, ask.after, PAGE).await?, false)
        }
    };
    let cursor = page.next.filter(|_| !whole).map(|last| format!("{CURSOR}{last}"));
    Ok(Answered { kind, rows: page.rows, cursor })
}

impl Answered {
    /// `{type, data, cursor}`
    fn json(self) -> Value {
        json!({ "type": self.kind, "data": self.rows, "cursor": self.cursor })
    }
}

fn refuse(message: &str) -> Json<Value> {
    Json(json!({
        "data": null,
        "errors": [{ "message": message, "extensions": { "code": "BAD_USER_INPUT" } }]
    }))
}
