//! Jobs and types as JSON, under the URLs of the first version.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::App;
use super::error::ApiError;
use super::jobs::view;

/// The number of jobs listed.
pub const JOBS: u32 = 50;

/// `GET /local/jobs`: the newest first.
pub async fn jobs(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    let jobs = app.store.jobs(JOBS).await?;
    Ok(Json(json!({ "jobs": jobs.iter().map(view).collect::<Vec<_>>() })))
}

/// `GET /local/jobs/{id}`: a job and its events.
pub async fn job(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let job = app.store.job(&id).await?;
    Ok(Json(json!({ "job": view(&job), "events": app.store.events(&id).await? })))
}

/// `GET /local/types`: how many of each type there are.
pub async fn types(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!(app.store.overview().await?)))
}

/// The mapped relationships to list.
#[derive(Debug, Deserialize)]
pub struct Mapped {
    /// The integration instance.
    instance: String,
    /// `next` of the page before.
    #[serde(default)]
    after: i64,
}

/// `GET /local/mapped-relationships?instance=…&after=…`: as they were uploaded. The service shows only what it made of
/// them; `plan` compares these with what a run brings.
pub async fn mapped_relationships(
    State(app): State<App>,
    Query(Mapped { instance, after }): Query<Mapped>,
) -> Result<Json<Value>, ApiError> {
    let (rows, next) = app.store.mapped_relationships(instance, after).await?;
    Ok(Json(json!({ "mappedRelationships": rows, "next": next })))
}
