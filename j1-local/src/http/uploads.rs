//! Uploads: entities, relationships, or both.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use j1_core::model::limits::MAX_OVERRIDES;
use serde::Deserialize;
use serde_json::Value;

use super::App;
use super::error::ApiError;
use super::{body, jobs};
use crate::store::SyncMode;
use crate::upload::{self, Reader, Takes};

/// The most bytes that a compressed batch may have when decompressed.
const DECOMPRESSED: usize = 32 * 1024 * 1024;

/// The flags of an upload.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Flags {
    ignore_duplicates: bool,
    ignore_illegal_properties: bool,
}

/// The job to upload to, the flags and the headers.
type Target = (State<App>, Path<String>, Result<Query<Flags>, QueryRejection>, HeaderMap);

/// `POST /persister/synchronization/jobs/{id}/entities`
pub async fn entities(target: Target, body: Body) -> Result<Json<Value>, ApiError> {
    upload(target, body, Takes::Entities).await
}

/// `POST /persister/synchronization/jobs/{id}/relationships`
pub async fn relationships(target: Target, body: Body) -> Result<Json<Value>, ApiError> {
    upload(target, body, Takes::Relationships).await
}

/// `POST /persister/synchronization/jobs/{id}/upload`
pub async fn both(target: Target, body: Body) -> Result<Json<Value>, ApiError> {
    upload(target, body, Takes::Both).await
}

async fn upload(target: Target, body: Body, takes: Takes) -> Result<Json<Value>, ApiError> {
    let (State(app), Path(id), flags, headers) = target;
    let Query(flags) = flags.map_err(|error| ApiError::invalid(error.body_text()))?;
    if flags.ignore_illegal_properties {
        return Err(ApiError::unsupported("`ignoreIllegalProperties` is not supported here; leave it out"));
    }
    let bytes = body::receive(&app, &headers, body).await?;
    let job = app.store.job(&id).await?;
    let reader = Reader::new(&job);
    let batch = tokio::task::spawn_blocking(move || {
        let bytes = bytes.decompress(DECOMPRESSED)?;
        Ok::<_, ApiError>(upload::read(&bytes, &reader, takes)?)
    });
    let batch = batch.await.map_err(|_| ApiError::invalid("the batch could not be read"))??;
    let entities = job.counters.num_entities_uploaded + batch.entities.len() as u64;
    if job.mode == SyncMode::Override && entities > MAX_OVERRIDES {
        return Err(ApiError::invalid(format!(
            "a job of the mode OVERRIDE takes {MAX_OVERRIDES} entities; start another one for the rest"
        )));
    }
    Ok(jobs::answer(&app.store.upload(&id, batch, flags.ignore_duplicates).await?))
}
