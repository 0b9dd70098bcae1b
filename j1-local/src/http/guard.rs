//! Checks of who may send requests.

use std::net::{Ipv4Addr, Ipv6Addr};

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
    // The name in an absolute URL goes before that of the header.
    let foreign = request.uri().authority().is_some_and(|authority| !is_local(authority.as_str()));
    let refused = foreign.then(ApiError::foreign_host);
    match refused.or_else(|| refusal(request.method(), request.headers())) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

/// Returns `true` if a host, with its port if it has one, is this machine. Only a name can be another one in disguise, not
/// an address.
fn is_local(host: &str) -> bool {
    let ipv6 = host.strip_prefix('[').and_then(|host| host.split_once(']'));
    let (name, port) = ipv6.unwrap_or_else(|| host.split_at(host.find(':').unwrap_or(host.len())));
    let is_this_machine = if ipv6.is_some() {
        // An address of IPv4 may be written as one of IPv6.
        name.parse().is_ok_and(|address: Ipv6Addr| address.to_canonical().is_loopback())
    } else {
        name.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
            || name.strip_suffix('.').unwrap_or(name).eq_ignore_ascii_case("localhost")
    };
    is_this_machine && is_port(port)
}

/// Returns `true` for nothing, and for a colon with digits, which may be none: RFC 3986, section 3.2.3.
fn is_port(port: &str) -> bool {
    port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn refusal(method: &Method, headers: &HeaderMap) -> Option<ApiError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Which of two a proxy before it has looked at is not known.
    let is_one = headers.get_all(HOST).iter().count() == 1;
    if !is_one || !header(HOST.as_str()).is_some_and(is_local) {
        return Some(ApiError::foreign_host());
    }
    let link = method == Method::GET && header("sec-fetch-mode") == Some("navigate");
    (header("sec-fetch-site") == Some("cross-site") && !link).then(ApiError::foreign_page)
}
