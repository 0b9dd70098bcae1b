//! Headers, the style sheet, the script and the icon.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;

use crate::picture;

type Headers<const N: usize> = [(HeaderName, &'static str); N];

/// Headers of documents. Should something slip through the escaping, the browser still runs no foreign script and
/// loads nothing from elsewhere.
pub const HTML: Headers<5> = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-store"),
];

/// Headers of data, which changes at any time.
pub const NO_STORE: Headers<2> = [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];

const fn file(kind: &'static str) -> Headers<3> {
    // Another version of this program may serve the same URL next time.
    [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache"), (X_CONTENT_TYPE_OPTIONS, "nosniff")]
}

/// `GET /assets/page.css`
pub async fn css() -> impl IntoResponse {
    (file("text/css; charset=utf-8"), include_str!("page.css"))
}

/// `GET /assets/page.js`
pub async fn js() -> impl IntoResponse {
    (file("text/javascript; charset=utf-8"), include_str!("page.js"))
}

/// `GET /assets/query.js`
pub async fn query_js() -> impl IntoResponse {
    (file("text/javascript; charset=utf-8"), include_str!("query.js"))
}

/// `GET /assets/viewer.css`
pub async fn viewer_css() -> impl IntoResponse {
    (file("text/css; charset=utf-8"), picture::STYLE)
}

/// `GET /assets/viewer.js`
pub async fn viewer_js() -> impl IntoResponse {
    (file("text/javascript; charset=utf-8"), picture::VIEWER)
}

/// `GET /assets/sigma.js`
pub async fn sigma() -> impl IntoResponse {
    (file("text/javascript; charset=utf-8"), picture::SIGMA)
}

/// `GET /favicon.ico`
pub async fn icon() -> impl IntoResponse {
    (file("image/svg+xml"), include_str!("icon.svg"))
}
