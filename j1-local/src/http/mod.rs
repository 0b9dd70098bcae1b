//! The HTTP interface of the local JupiterOne.
//!
//! | request | response |
//! |---|---|
//! | `POST /persister/synchronization/jobs` | starts a job |
//! | `GET …/jobs/{id}` | the job |
//! | `POST …/jobs/{id}/entities`, `/relationships`, `/upload` | stages a batch, whole or not at all |
//! | `POST …/jobs/{id}/finalize` | ends the uploads and responds with `FINALIZE_PENDING` at once; the job is finalized whether or not a client asks for it again |
//! | `POST …/jobs/{id}/abort` | drops the uploads |
//! | `POST …/jobs/{id}/events`, `GET …/jobs/{id}/events` | events that the integration reports |
//! | `POST /graphql` | `queryV1` and `queryV2`, see [`crate::query`] |
//! | `POST /j1ql/validate` | whether queries are valid, without running them |
//! | `GET /`, `/jobs`, `/types`, `/entities`, `/relationships`, `/query`, `/graph` | the page for people; each URL with `.json` gives its data |
//! | `GET /local/jobs`, `/local/jobs/{id}`, `/local/types` | jobs and types as JSON |
//!
//! The page and its JSON need no key, since a browser has none to send. Every request must name this machine as
//! `Host`, so that no web site can read through a name of its own; and no foreign site may embed or fetch anything.
//!
//! # Errors
//!
//! `{"error":{"code","message"}}`. The first four codes are known from the service; the others are
//! ours, as are all status codes but the first two.
//!
//! | status | code | when |
//! |---|---|---|
//! | 413 | `RequestEntityTooLargeException` | the body is over the limit, counted as received: a compressed batch may have 32 MiB when decompressed |
//! | 400 | `RELATIONSHIP_UPLOAD_FAILED_VALIDATION` | a relationship breaks the upload rules, or its key came twice |
//! | 400 | `ENTITY_IS_NOT_ARRAY` | `entities` is not a list of objects |
//! | 409 | `JOB_NOT_AWAITING_UPLOADS` | the job is finalized, aborted, or about to be |
//! | 400 | `ENTITY_UPLOAD_FAILED_VALIDATION` | an entity breaks the upload rules, or its key came twice |
//! | 400 | `RELATIONSHIP_IS_NOT_ARRAY` | `relationships` is not a list of objects |
//! | 400 | `INVALID_REQUEST` | the body is not what the endpoint takes |
//! | 400 | `NOT_SUPPORTED` | the service can do it, this version cannot |
//! | 401 | `UNAUTHORIZED` | the key is missing or another one |
//! | 403 | `HOST_NOT_ALLOWED` | the request names another host than this machine |
//! | 403 | `ORIGIN_NOT_ALLOWED` | a foreign web page sends the request, or no key is set and any web page does |
//! | 404 | `JOB_NOT_FOUND` | no job has this id |
//! | 404 | `NOT_FOUND` | nothing is served at this URL |
//! | 405 | `METHOD_NOT_ALLOWED` | the URL takes another method |
//! | 409 | `JOB_ALREADY_EXISTS` | the `integrationJobId` was used before |
//! | 415 | `UNSUPPORTED_MEDIA_TYPE` | the body is CSV, or compressed in another way than gzip |
//! | 500 | `INTERNAL_ERROR` | the store failed |

mod body;
pub(crate) mod error;
pub(crate) mod graphql;
mod guard;
pub(crate) mod jobs;
mod local;
mod uploads;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use crate::page;
use crate::store::Store;
use error::ApiError;

/// Settings of the HTTP interface.
#[derive(Debug)]
pub(crate) struct Settings {
    pub url: String,
    pub api_key: Option<String>,
    /// The key in the note beside the data file.
    pub note_key: String,
    pub database: Option<PathBuf>,
    pub body_limit: usize,
}

/// The state shared by all handlers.
#[derive(Clone)]
pub(crate) struct App {
    pub store: Store,
    pub settings: Arc<Settings>,
    deferred: graphql::Deferred,
}

pub(crate) fn router(store: Store, settings: Settings) -> Router {
    const JOBS: &str = "/persister/synchronization/jobs";
    let app = App { store, settings: Arc::new(settings), deferred: graphql::Deferred::default() };
    let job = |rest: &str| format!("{JOBS}/{{id}}{rest}");
    let keyed = Router::new()
        .route(JOBS, post(jobs::start))
        .route(&job(""), get(jobs::status))
        .route(&job("/entities"), post(uploads::entities))
        .route(&job("/relationships"), post(uploads::relationships))
        .route(&job("/upload"), post(uploads::both))
        .route(&job("/finalize"), post(jobs::finalize))
        .route(&job("/abort"), post(jobs::abort))
        .route(&job("/events"), get(jobs::events).post(jobs::add_events))
        .route("/graphql", post(graphql::answer))
        .route("/j1ql/validate", post(graphql::validate))
        .route_layer(from_fn_with_state(app.clone(), guard::key));
    let local = Router::new()
        .route("/local/jobs", get(local::jobs))
        .route("/local/jobs/{id}", get(local::job))
        .route("/local/types", get(local::types))
        .route("/local/mapped-relationships", get(local::mapped_relationships));
    // The service returns URLs that need no key, so its clients send none.
    let results = Router::new().route("/graphql/results/{id}", get(graphql::result));
    keyed
        .merge(local)
        .merge(page::routes(&app))
        .merge(results)
        .fallback(async || ApiError::not_found())
        .method_not_allowed_fallback(async || ApiError::method())
        .layer(from_fn(guard::host))
        .with_state(app)
}
