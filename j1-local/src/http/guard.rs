//! Checks of who may send requests.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::ApiError;

/// Lets through requests that carry the key, or the one of this run that the note beside the data file names. If no
/// key is set, requests that a web page sends are refused: only browsers send `Origin`, and no foreign page may
/// upload here.
pub async fn key(State(app): State<App>, request: Request, next: Next) -> Response {
    let key = bearer(request.headers());
    match app.settings.api_key.as_deref() {
        Some(set) if key != Some(set) && key != Some(&app.settings.note_key) => {
            ApiError::unauthorized().into_response()
        }
        None if request.headers().contains_key(ORIGIN) => ApiError::foreign_page().into_response(),
        _ => next.run(request).await,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// Lets through requests for this machine by IP address or as `localhost`. A foreign web site that points a name of
/// its own at 127.0.0.1 sends that name. Nor may a foreign site embed or fetch anything; links to the page work.
pub async fn host(request: Request, next: Next) -> Response {
    match refusal(request.method(), request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(method: &Method, headers: &HeaderMap) -> Option<ApiError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST.as_str()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !name.eq_ignore_ascii_case("localhost") && !matches!(name, "127.0.0.1" | "[::1]") {
        return Some(ApiError::foreign_host());
    }
    let link = method == Method::GET && header("sec-fetch-mode") == Some("navigate");
    (header("sec-fetch-site") == Some("cross-site") && !link).then(ApiError::foreign_page)
}
