//! `queryV1` and `queryV2`, as the official clients call them.
//!
//! The operation is recognized by the name of its field and its arguments come from `variables`; there is no GraphQL
//! machinery behind it. A deferred query responds with a URL, at which the result is found.
//!
//! Ownership: [`Deferred`] remembers deferred queries, not results. A query runs when its URL is fetched, so it sees
//! the graph of that moment, and fetching twice runs it twice.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::App;
use super::body;
use super::error::ApiError;
use crate::query::{Answer, Options, QueryError};

/// Deferred queries that are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 1000;

/// One page of a query to be read.
#[derive(Debug, Clone)]
struct Ask {
    text: String,
    options: Options,
}

/// Deferred queries by the id in their URL.
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

/// The most operations in one request.
const BATCHED: usize = 100;

/// `POST /graphql`: one operation, or a list of them, which the official client sends even for one. Errors of a query
/// are part of the response, as in GraphQL.
pub async fn answer(State(app): State<App>, headers: HeaderMap, body: Body) -> Result<Json<Value>, ApiError> {
    let wrong = || ApiError::invalid("the body is neither a GraphQL operation nor a list of them");
    match body::json(&app, &headers, body).await? {
        Value::Object(request) => operation(&app, &request).await,
        Value::Array(requests) if requests.len() <= BATCHED => {
            let mut answers = Vec::with_capacity(requests.len());
            for request in &requests {
                let Json(answer) = operation(&app, request.as_object().ok_or_else(wrong)?).await?;
                answers.push(answer);
            }
            Ok(Json(answers.into()))
        }
        Value::Array(_) => Err(ApiError::invalid(format!(
            "the body has more than {BATCHED} operations; send several requests"
        ))),
        _ => Err(wrong()),
    }
}

/// Answers an operation. Clients with a cache ask for the name of the result's type, and drop a result without it.
async fn operation(app: &App, request: &Map<String, Value>) -> Result<Json<Value>, ApiError> {
    let Json(mut answer) = field(app, request).await?;
    let document = request.get("query").and_then(Value::as_str).unwrap_or_default();
    if document.contains("__typename") {
        for (name, type_name) in [("queryV1", "QueryV1Response"), ("queryV2", "QueryV2Response")] {
            if let Some(result) = answer["data"].get_mut(name).and_then(Value::as_object_mut) {
                result.insert("__typename".to_owned(), type_name.into());
            }
        }
    }
    Ok(Json(answer))
}

/// Answers the field that an operation asks for.
async fn field(app: &App, request: &Map<String, Value>) -> Result<Json<Value>, ApiError> {
    let document = request.get("query").and_then(Value::as_str).unwrap_or_default();
    let Some(field) = ["queryV1", "queryV2"].into_iter().find(|field| document.contains(field)) else {
        return Ok(refuse("this version answers `queryV1` and `queryV2` only", "BAD_USER_INPUT"));
    };
    let empty = json!({});
    let variables = request.get("variables").unwrap_or(&empty);
    let ask = match read(app, variables) {
        Ok(ask) => ask,
        Err(message) => return Ok(refuse(&message, "BAD_USER_INPUT")),
    };
    if let Err(error) = check(&ask.text) {
        return Ok(refuse(&error.to_string(), error.code().as_str()));
    }
    if variables.get("dryRun") == Some(&Value::Bool(true)) {
        return Ok(Json(
            json!({ "data": { field: { "type": null, "data": null, "url": null, "cursor": null } } }),
        ));
    }
    if variables.get("deferredResponse").and_then(Value::as_str) == Some("FORCE") {
        let url = format!("{}/graphql/results/{}", app.settings.url, app.deferred.add(ask));
        return Ok(Json(
            json!({ "data": { field: { "type": "deferred", "data": null, "url": url, "cursor": null } } }),
        ));
    }
    match app.store.query(ask.text, ask.options).await {
        Ok(page) => {
            let mut page = page.json();
            page["url"] = Value::Null;
            Ok(Json(json!({ "data": { field: page } })))
        }
        Err(QueryError::Store(error)) => Err(error.into()),
        Err(error) => Ok(refuse(&error.to_string(), code(&error))),
    }
}

/// `GET /graphql/results/{id}`
pub async fn result(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let ask = app.deferred.find(&id).ok_or_else(ApiError::not_found)?;
    match app.store.query(ask.text, ask.options).await {
        Ok(page) => {
            // The official client asks for the total of the pages; what is known is the number in this one.
            let count = page.data.len();
            let mut page = page.json();
            page["status"] = "COMPLETED".into();
            // Older clients fetch the result from a URL of its own, which is this one.
            page["url"] = format!("{}/graphql/results/{id}", app.settings.url).into();
            page["totalCount"] = count.into();
            Ok(Json(page))
        }
        Err(QueryError::Store(error)) => Err(error.into()),
        Err(error) => Ok(Json(json!({
            "status": "FAILED", "error": error.to_string(), "data": null, "cursor": null
        }))),
    }
}

/// The most queries that one request may have checked, as in the service.
const CHECKED: usize = 250;

/// `POST /j1ql/validate`: `{"queries":[…]}`. Responds with a verdict on each.
pub async fn validate(
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let request = body::object(&app, &headers, body).await?;
    let wrong = || ApiError::invalid("`queries` is not a list of strings; send one");
    let queries = request.get("queries").and_then(Value::as_array).ok_or_else(wrong)?;
    if queries.len() > CHECKED {
        return Err(ApiError::invalid(format!(
            "`queries` has more than {CHECKED} entries; send several requests"
        )));
    }
    let verdicts: Result<Vec<Value>, ApiError> = queries
        .iter()
        .map(|query| {
            let query = query.as_str().ok_or_else(wrong)?;
            Ok(match check(query) {
                Ok(()) => json!({ "valid": true, "query": query }),
                Err(error) => json!({
                    "valid": false, "query": query,
                    "error": { "message": error.message(), "code": error.code().as_str() },
                }),
            })
        })
        .collect();
    Ok(Json(verdicts?.into()))
}

/// Checks a query without running it.
fn check(text: &str) -> Result<(), j1ql::Error> {
    let query = j1ql::parse(text)?;
    j1ql::resolve(text, &query).map(drop)
}

fn code(error: &QueryError) -> &'static str {
    match error {
        QueryError::Query(error) => error.code().as_str(),
        QueryError::TimedOut { .. } => "TIMEOUT",
        _ => "BAD_USER_INPUT",
    }
}

/// Reads the arguments of a query.
fn read(app: &App, variables: &Value) -> Result<Ask, String> {
    let text = variables.get("query").and_then(Value::as_str);
    let text = text.ok_or("the query is missing; send it as the variable `query`")?.to_owned();
    let mut options = Options::new(app.store.now());
    options.include_deleted = variables.get("includeDeleted") == Some(&Value::Bool(true));
    match variables.get("cursor") {
        None | Some(Value::Null) => {}
        Some(Value::String(cursor)) => options.cursor = Some(cursor.clone()),
        Some(_) => return Err("the cursor is not a string; send back the one of the last page".to_owned()),
    }
    match variables.get("variables") {
        None | Some(Value::Null) => {}
        Some(Value::Object(values)) => options.params = values.clone().into_iter().collect(),
        Some(_) => return Err("`variables` is not an object of values by name".to_owned()),
    }
    Ok(Ask { text, options })
}

/// Answers a query of the page, of the present graph or as it was after a job.
pub async fn ask(
    app: &App,
    text: &str,
    cursor: Option<String>,
    at: Option<String>,
) -> Result<Answer, QueryError> {
    let mut options = Options::new(app.store.now());
    options.cursor = cursor;
    options.at_job = at;
    app.store.query(text.to_owned(), options).await
}

fn refuse(message: &str, code: &str) -> Json<Value> {
    Json(json!({ "data": null, "errors": [{ "message": message, "extensions": { "code": code } }] }))
}
