//! Errors in the shape of the service.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::Error;
use crate::store::Refused;
use crate::upload::Bad;

/// A refusal: a status, a code, and what to do about it.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

/// The message of a refusal, for those who show it in another form.
#[derive(Debug, Clone)]
pub struct Told(pub String);

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The body is not what the endpoint takes.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
    }

    /// The service can do it, this version cannot.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "NOT_SUPPORTED", message)
    }

    /// A body in a form that is not read.
    pub fn media_type(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
    }

    /// A body over the limit.
    pub fn too_large(limit: usize, what: &str) -> Self {
        let message = format!("the body is over {limit} bytes {what}; send smaller batches");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLargeException", message)
    }

    /// The key is missing or another one.
    pub fn unauthorized() -> Self {
        let message = "the key is missing or wrong; send `Authorization: Bearer <key>`";
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    /// A host name that is not this machine.
    pub fn foreign_host() -> Self {
        let message = "the local JupiterOne answers under 127.0.0.1 and localhost only";
        Self::new(StatusCode::FORBIDDEN, "HOST_NOT_ALLOWED", message)
    }

    /// A request that a web page sends.
    pub fn foreign_page() -> Self {
        let message = "web pages may not send requests here unless a key is set, and carried";
        Self::new(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED", message)
    }

    /// Nothing is served at the URL.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "nothing is served at this URL")
    }

    /// An object that does not exist, and did not in the history.
    pub fn no_object(what: &str, id: &str) -> Self {
        let message = format!("there is no {what} with the `_id` {id}");
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    /// A job whose changes are not known.
    pub fn no_version(job: &str) -> Self {
        Refused::NoVersion { id: job.to_owned() }.into()
    }

    /// The URL takes another method.
    pub fn method() -> Self {
        let message = "this URL takes another method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let message = format!("[{}] {error}", error.code());
        tracing::error!(%message, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", message)
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let (status, code) = match &refused {
            Refused::NoJob { .. } => (StatusCode::NOT_FOUND, "JOB_NOT_FOUND"),
            Refused::NoVersion { .. } => (StatusCode::NOT_FOUND, "JOB_STATE_NOT_FOUND"),
            Refused::JobExists { .. } => (StatusCode::CONFLICT, "JOB_ALREADY_EXISTS"),
            Refused::NotAwaitingUploads { .. } => (StatusCode::CONFLICT, "JOB_NOT_AWAITING_UPLOADS"),
            Refused::Duplicate { what: "entity", .. } => {
                (StatusCode::BAD_REQUEST, "ENTITY_UPLOAD_FAILED_VALIDATION")
            }
            Refused::Duplicate { .. } => (StatusCode::BAD_REQUEST, "RELATIONSHIP_UPLOAD_FAILED_VALIDATION"),
            Refused::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR"),
        };
        match refused {
            Refused::Failed(error) => error.into(),
            refused => Self::new(status, code, refused.to_string()),
        }
    }
}

impl From<Bad> for ApiError {
    fn from(bad: Bad) -> Self {
        let code = match bad {
            Bad::NotArray { what: "entities" } => "ENTITY_IS_NOT_ARRAY",
            Bad::NotArray { .. } => "RELATIONSHIP_IS_NOT_ARRAY",
            Bad::Invalid { what: "entities", .. } => "ENTITY_UPLOAD_FAILED_VALIDATION",
            Bad::Invalid { .. } => "RELATIONSHIP_UPLOAD_FAILED_VALIDATION",
            Bad::Request(_) => "INVALID_REQUEST",
            Bad::Unsupported(_) => "NOT_SUPPORTED",
        };
        Self::new(StatusCode::BAD_REQUEST, code, bad.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": { "code": self.code, "message": &self.message } }));
        let mut response = (self.status, body).into_response();
        response.extensions_mut().insert(Told(self.message));
        response
    }
}
