//! Uploads: entities, relationships, or both.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use j1_core::model::limits::MAX_OVERRIDES;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::App;
use super::error::ApiError;
use super::{body, jobs};
use crate::store::{Job, SyncMode};
use crate::upload::{Batch, Reader};

/// The flags of an upload.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Flags {
    ignore_duplicates: bool,
    ignore_illegal_properties: bool,
}

/// Which lists an endpoint takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Entities,
    Relationships,
    Both,
}

/// Where and how to upload.
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
    let mut request = body::object(&app, &headers, body).await?;
    if flags.ignore_illegal_properties {
        return Err(ApiError::unsupported("`ignoreIllegalProperties` is not supported here; leave it out"));
    }
    let job = app.store.job(&id).await?;
    refuse_others(&request, &job, takes)?;
    let (entities, relationships) = (request.remove("entities"), request.remove("relationships"));
    let reader = Reader::of(&job);
    let batch = tokio::task::spawn_blocking(move || {
        Ok::<_, ApiError>(Batch {
            entities: entities.map(|list| reader.entities(list)).transpose()?.unwrap_or_default(),
            relationships: relationships
                .map(|list| reader.relationships(list))
                .transpose()?
                .unwrap_or_default(),
        })
    });
    let batch = batch.await.map_err(|_| ApiError::invalid("the batch could not be read"))??;
    Ok(jobs::answer(&app.store.upload(&id, batch, flags.ignore_duplicates).await?))
}

/// Refuses what would otherwise be dropped without a word.
fn refuse_others(request: &Map<String, Value>, job: &Job, takes: Takes) -> Result<(), ApiError> {
    for name in ["deleteEntities", "deleteRelationships"] {
        if request.contains_key(name) {
            return Err(ApiError::unsupported(format!(
                "`{name}` is not supported here; finalize a DIFF job without the objects to delete"
            )));
        }
    }
    let allowed: &[&str] = match takes {
        Takes::Entities => &["entities"],
        Takes::Relationships => &["relationships"],
        Takes::Both => &["entities", "relationships"],
    };
    if let Some(name) = request.keys().find(|name| !allowed.contains(&name.as_str())) {
        return Err(ApiError::invalid(format!(
            "`{name}` is not taken here; send `{}`",
            allowed.join("`, `")
        )));
    }
    if !allowed.iter().any(|name| request.contains_key(*name)) {
        return Err(ApiError::invalid(format!("the body is empty; send `{}`", allowed.join("` or `"))));
    }
    if job.mode == SyncMode::CrossScope && request.contains_key("entities") {
        return Err(ApiError::invalid(
            "a CROSS_SCOPE job takes relationships only; upload entities in a DIFF job",
        ));
    }
    if job.mode.is_of_parts() && request.contains_key("relationships") {
        return Err(ApiError::invalid(format!(
            "a job of the mode {} takes entities only; upload relationships in a DIFF job",
            job.mode.as_str()
        )));
    }
    let entities = request.get("entities").and_then(Value::as_array).map_or(0, |list| list.len() as u64);
    if job.mode == SyncMode::Override && job.counters.num_entities_uploaded + entities > MAX_OVERRIDES {
        return Err(ApiError::invalid(format!(
            "a job of the mode OVERRIDE takes {MAX_OVERRIDES} entities; start another one for the rest"
        )));
    }
    Ok(())
}
