//! Turns an exchange into an entry of a recording, without secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use url::Url;

use crate::provider::transport::Exchange;
use crate::recordings::replay::har::{Content, Empty, Entry, Pair, PostData, Request, Response, Timings};
use crate::redact::json::{self, Place};
use crate::redact::{self, MARK, names};

/// The media type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// The entry of an exchange.
pub(super) fn entry(exchange: &Exchange<'_>) -> Entry {
    let milliseconds = u32::try_from(exchange.took.as_millis()).unwrap_or(u32::MAX).into();
    // A clock that is before the year -9999 does not prevent a recording.
    let began = Timestamp::try_from(exchange.began).unwrap_or_default();
    Entry {
        started_date_time: format!("{began:.3}"),
        time: milliseconds,
        request: request(exchange),
        response: response(exchange),
        cache: Empty {},
        timings: Timings { send: 0.0, wait: milliseconds, receive: 0.0 },
        order: 0,
    }
}

fn request(exchange: &Exchange<'_>) -> Request {
    let request = exchange.request;
    let url = scrubbed(&request.url);
    let query_string = url
        .query_pairs()
        .map(|(name, value)| Pair { name: name.into_owned(), value: value.into_owned() })
        .collect();
    let post_data = (!request.body.is_empty()).then(|| {
        let mime_type = media_type(&request.headers);
        let (text, _) = body(&request.body, &mime_type);
        PostData { mime_type, params: Vec::new(), text: Some(text) }
    });
    Request {
        method: request.method.as_str().to_owned(),
        url: url.into(),
        http_version: "HTTP/1.1".to_owned(),
        cookies: [],
        headers: headers(&request.headers),
        query_string,
        body_size: size(post_data.as_ref().and_then(|data| data.text.as_ref())),
        post_data,
        headers_size: -1,
    }
}

fn response(exchange: &Exchange<'_>) -> Response {
    let answer = exchange.answer;
    let status = StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    let mime_type = media_type(&answer.headers);
    let (text, encoding) = body(&answer.body, &mime_type);
    let size = size(Some(&text));
    Response {
        status: answer.status,
        status_text: status.unwrap_or_default().to_owned(),
        http_version: "HTTP/1.1".to_owned(),
        cookies: [],
        headers: headers(&answer.headers),
        content: Content { size, mime_type, text: Some(text), encoding: encoding.map(str::to_owned) },
        redirect_url: String::new(),
        headers_size: -1,
        body_size: size,
    }
}

fn size(text: Option<&String>) -> i64 {
    text.map_or(0, |text| i64::try_from(text.len()).unwrap_or(i64::MAX))
}

fn media_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// Returns a URL without the credentials in it.
fn scrubbed(url: &Url) -> Url {
    let mut out = url.clone();
    // These fail only for URLs that have no host, which a request has.
    let _ = out.set_username("");
    let _ = out.set_password(None);
    out.set_fragment(None);
    let path = redact::text(url.path());
    if path != url.path() {
        out.set_path(&path);
    }
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let hidden: Vec<_> =
        pairs.iter().map(|(name, value)| (redact::text(name), parameter(name, value))).collect();
    // A query without secrets keeps its exact spelling.
    if pairs != hidden {
        out.query_pairs_mut().clear().extend_pairs(&hidden);
    }
    out
}

fn parameter(name: &str, value: &str) -> String {
    if names::is_credential_parameter(name) { MARK.to_owned() } else { redact::text(value) }
}

fn headers(headers: &HeaderMap) -> Vec<Pair> {
    let kept = headers.iter().filter(|(name, _)| {
        // The body is recorded decompressed and in one piece.
        !["content-encoding", "content-length", "transfer-encoding"].contains(&name.as_str())
    });
    kept.map(|(name, value)| {
        let hidden = value.is_sensitive() || names::is_secret_header(name.as_str());
        let value =
            if hidden { MARK.to_owned() } else { redact::text(&String::from_utf8_lossy(value.as_bytes())) };
        Pair { name: name.as_str().to_owned(), value }
    })
    .collect()
}

/// A body as text, and the encoding of that text if it has one.
fn body(bytes: &[u8], media_type: &str) -> (String, Option<&'static str>) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let lossy = String::from_utf8_lossy(bytes);
        // Binary data is kept as it is, unless there is a secret in it.
        return if redact::text(&lossy) == lossy {
            (STANDARD.encode(bytes), Some("base64"))
        } else {
            (redact::text(&lossy), None)
        };
    };
    if let Some(json) = json::rewrite(text, &mut value) {
        return (json, None);
    }
    if media_type.starts_with(FORM) {
        let fields = url::form_urlencoded::parse(bytes)
            .map(|(name, field)| (redact::text(&name), parameter(&name, &field)));
        return (url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish(), None);
    }
    (redact::text(text), None)
}

/// The replacement of a value of a JSON body.
fn value(path: &json::Path, place: Place, text: &str) -> Option<String> {
    if place != Place::Name && path.member().is_some_and(names::is_credential) && !text.is_empty() {
        return Some(if place == Place::Number { "0".to_owned() } else { MARK.to_owned() });
    }
    let clean = redact::text(text);
    (clean != text).then_some(match place {
        Place::Number => "0".to_owned(),
        Place::Value | Place::Name => clean,
    })
}
