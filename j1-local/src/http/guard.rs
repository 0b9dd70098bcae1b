//! Who may ask.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::ApiError;

/// Lets through requests that carry the key. If none is set, those that a web page sends are refused: only
/// browsers send `Origin`, and no page has business here.
pub async fn key(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.settings.api_key.as_deref() {
        Some(key) if bearer(request.headers()) != Some(key) => ApiError::unauthorized().into_response(),
        None if request.headers().contains_key(ORIGIN) => ApiError::foreign_page().into_response(),
        _ => next.run(request).await,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// Lets through requests for this machine by address or as `localhost`. A foreign web site that points
/// a name of its own at 127.0.0.1 sends that name.
pub async fn host(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]") {
        next.run(request).await
    } else {
        ApiError::foreign_host().into_response()
    }
}
