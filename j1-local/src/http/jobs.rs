//! The life of a job: start, status, finalize, abort, events.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::App;
use super::body;
use super::error::ApiError;
use crate::store::{Counters, Job, NewJob, Source, Status, SyncMode};

type Answer = Result<Json<Value>, ApiError>;

/// A job under the names of the service. A `null` would be read as a value, so what is absent is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobView<'a> {
    id: &'a str,
    account_id: &'static str,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_instance_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_job_id: Option<&'a str>,
    sync_mode: &'static str,
    status: &'static str,
    done: bool,
    start_timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_timestamp: Option<i64>,
    partial_datasets: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(flatten)]
    counters: &'a Counters,
}

/// The job as JSON.
pub fn view(job: &Job) -> Value {
    let api = job.source == Source::Api;
    let view = JobView {
        id: &job.id,
        account_id: crate::ACCOUNT,
        source: job.source.as_str(),
        scope: api.then_some(job.scope.as_str()),
        integration_instance_id: (!api).then_some(job.scope.as_str()),
        integration_job_id: job.integration_job_id.as_deref(),
        sync_mode: job.mode.as_str(),
        status: job.status.as_str(),
        done: job.status.is_done(),
        start_timestamp: job.start_timestamp,
        end_timestamp: job.end_timestamp,
        partial_datasets: json!({ "types": job.partial_types }),
        reason: job.reason.as_deref(),
        counters: &job.counters,
    };
    // Only strings, numbers and lists: turning them into JSON does not fail.
    serde_json::to_value(view).unwrap_or_default()
}

/// `{"job": …}`.
pub fn answer(job: &Job) -> Json<Value> {
    Json(json!({ "job": view(job) }))
}

/// `POST /persister/synchronization/jobs`
pub async fn start(State(app): State<App>, headers: HeaderMap, body: Body) -> Answer {
    let request = body::object(&app, &headers, body).await?;
    let job = app.store.start(new_job(&request)?).await?;
    tracing::info!(job = %job.id, source = job.source.as_str(), scope = %job.scope, "job started");
    Ok(answer(&job))
}

fn new_job(request: &Map<String, Value>) -> Result<NewJob, ApiError> {
    let mode = sync_mode(text(request, "syncMode")?)?;
    let source = match text(request, "source")? {
        None => return Err(ApiError::invalid("`source` is missing; send `integration-external`")),
        Some("system-internal") => {
            return Err(ApiError::unsupported("`source` `system-internal` is the service's own"));
        }
        Some(name) => Source::parse(name).ok_or_else(|| {
            ApiError::invalid("`source` must be `integration-external`, `integration-managed` or `api`")
        })?,
    };
    let (scope, instance) = (text(request, "scope")?, text(request, "integrationInstanceId")?);
    let scope = match (source, scope, instance) {
        (Source::Api, Some(scope), None) => scope,
        (Source::Api, _, Some(_)) => {
            return Err(ApiError::invalid("`source` `api` takes no `integrationInstanceId`; send `scope`"));
        }
        (Source::Api, None, None) => {
            return Err(ApiError::invalid("`source` `api` needs a `scope`; send one"));
        }
        (_, Some(_), _) => {
            return Err(ApiError::invalid("only `source` `api` takes a `scope`; leave it out"));
        }
        (_, None, Some(instance)) => instance,
        (_, None, None) => {
            return Err(ApiError::invalid("`integrationInstanceId` is missing; send any string"));
        }
    };
    let integration_job_id = text(request, "integrationJobId")?;
    if source == Source::Api && integration_job_id.is_some() {
        return Err(ApiError::invalid("`integrationJobId` does not go with `source` `api`; leave it out"));
    }
    Ok(NewJob {
        source,
        scope: scope.to_owned(),
        mode,
        integration_job_id: integration_job_id.map(str::to_owned),
    })
}

fn sync_mode(name: Option<&str>) -> Result<SyncMode, ApiError> {
    match name {
        None | Some("DIFF") => Ok(SyncMode::Diff),
        Some("PATCH") => Ok(SyncMode::Patch),
        Some("CROSS_SCOPE") => Ok(SyncMode::CrossScope),
        Some("OVERRIDE") => Ok(SyncMode::Override),
        Some("CREATE_OR_UPDATE") => Err(ApiError::unsupported(
            "`syncMode` `CREATE_OR_UPDATE` no longer works in JupiterOne; use DIFF or PATCH",
        )),
        Some(_) => Err(ApiError::invalid("`syncMode` is not one of JupiterOne's; use DIFF or PATCH")),
    }
}

/// `GET /persister/synchronization/jobs/{id}`
pub async fn status(State(app): State<App>, Path(id): Path<String>) -> Answer {
    Ok(answer(&app.store.job(&id).await?))
}

/// `POST /persister/synchronization/jobs/{id}/finalize`
pub async fn finalize(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request = body::object(&app, &headers, body).await?;
    let types = partial_types(request.get("partialDatasets"))?;
    Ok(answer(&app.store.finalize(&id, types).await?))
}

fn partial_types(datasets: Option<&Value>) -> Result<Vec<String>, ApiError> {
    let wrong =
        || ApiError::invalid("`partialDatasets` is not `{\"types\":[\"…\"]}`; send a list of `_type`s");
    let types = match datasets {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(datasets)) => datasets.get("types").unwrap_or(&Value::Null),
        Some(_) => return Err(wrong()),
    };
    match types {
        Value::Null => Ok(Vec::new()),
        Value::Array(types) => {
            types.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        _ => Err(wrong()),
    }
}

/// `POST /persister/synchronization/jobs/{id}/abort`
pub async fn abort(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Body) -> Answer {
    let request = body::object(&app, &headers, body).await?;
    let reason = text(&request, "reason")?.map(str::to_owned);
    let end = match text(&request, "terminalStatus")? {
        None => Status::Aborted,
        Some(name) => Status::parse(name)
            .filter(|status| status.is_done() && *status != Status::Finished)
            .ok_or_else(|| {
                ApiError::invalid(
                    "`terminalStatus` is not a status in which an aborted job can end; send ABORTED",
                )
            })?,
    };
    Ok(answer(&app.store.abort(&id, reason, end).await?))
}

/// `POST /persister/synchronization/jobs/{id}/events`
pub async fn add_events(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request = body::object(&app, &headers, body).await?;
    let wrong = || ApiError::invalid("`events` is not a list of `{\"name\",\"description\"}`; send one");
    let events = request.get("events").and_then(Value::as_array).ok_or_else(wrong)?;
    let events = events
        .iter()
        .map(|event| {
            let member = |name| event.get(name)?.as_str().map(str::to_owned);
            member("name").zip(member("description")).ok_or_else(wrong)
        })
        .collect::<Result<_, _>>()?;
    Ok(Json(json!({ "events": app.store.add_events(&id, events).await? })))
}

/// `GET /persister/synchronization/jobs/{id}/events`
pub async fn events(State(app): State<App>, Path(id): Path<String>) -> Answer {
    Ok(Json(json!({ "events": app.store.events(&id).await? })))
}

/// Returns a member that is a string, when it is there.
fn text<'r>(request: &'r Map<String, Value>, name: &str) -> Result<Option<&'r str>, ApiError> {
    match request.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(ApiError::invalid(format!("`{name}` must be a string that is not empty"))),
    }
}
