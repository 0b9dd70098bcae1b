//! Request bodies: limited, decompressed, parsed.

use std::future::poll_fn;
use std::io::Read as _;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use super::App;
use super::error::ApiError;

/// Multiple of the limit that is read and thrown away before the connection is closed: a client that is still sending
/// would not see the response.
const DRAINED: usize = 16;

/// Reads a body that contains one JSON object. An empty body is an empty object.
pub async fn object(app: &App, headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, ApiError> {
    match json(app, headers, body).await? {
        Value::Object(object) => Ok(object),
        _ => Err(ApiError::invalid("the body is not a JSON object")),
    }
}

/// Reads a body that contains JSON. An empty body is an empty object.
pub async fn json(app: &App, headers: &HeaderMap, body: Body) -> Result<Value, ApiError> {
    let received = receive(app, headers, body).await?;
    if received.bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let limit = app.settings.body_limit;
    let parsed = tokio::task::spawn_blocking(move || parse(&received.decompress(limit)?));
    parsed.await.map_err(|_| ApiError::invalid("the body could not be read"))?
}

/// A body as it was received.
pub struct Received {
    bytes: Vec<u8>,
    gzip: bool,
}

impl Received {
    /// Returns the body, decompressed to at most `limit` bytes.
    pub fn decompress(self, limit: usize) -> Result<Vec<u8>, ApiError> {
        if !self.gzip || self.bytes.is_empty() {
            return Ok(self.bytes);
        }
        let mut out = Vec::new();
        // A body may be several gzip members, one after the other: RFC 1952, section 2.2.
        let read = MultiGzDecoder::new(self.bytes.as_slice()).take(limit as u64 + 1).read_to_end(&mut out);
        read.map_err(|error| ApiError::invalid(format!("the body is not gzip: {error}")))?;
        if out.len() > limit { Err(ApiError::too_large(limit, "when decompressed")) } else { Ok(out) }
    }
}

/// Receives a body up to the limit, without decompressing it.
pub async fn receive(app: &App, headers: &HeaderMap, body: Body) -> Result<Received, ApiError> {
    let bytes = collect(body, app.settings.body_limit).await?;
    if header(headers, &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/csv")) {
        return Err(ApiError::media_type("CSV uploads are not supported yet; send JSON"));
    }
    let coding = header(headers, &CONTENT_ENCODING).map(str::to_ascii_lowercase);
    let gzip = match coding.as_deref() {
        None | Some("" | "identity") => false,
        Some("gzip" | "x-gzip") => true,
        Some(other) => {
            return Err(ApiError::media_type(format!("Content-Encoding `{other}` is not read; send gzip")));
        }
    };
    Ok(Received { bytes, gzip })
}

fn header<'h>(headers: &'h HeaderMap, name: &axum::http::HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::invalid(format!("the body is not JSON: {error}")))
}

/// Collects the body; one over the limit is still read for a while, so that the refusal arrives.
async fn collect(mut body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    // What the client announces, unless it is too much.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let (mut bytes, mut received) = (Vec::with_capacity(announced.min(limit)), 0_usize);
    while let Some(chunk) = chunk(&mut body).await? {
        received = received.saturating_add(chunk.len());
        if received <= limit {
            bytes.extend_from_slice(&chunk);
        } else if received > limit.saturating_mul(DRAINED) {
            break;
        }
    }
    if received > limit { Err(ApiError::too_large(limit, "as received")) } else { Ok(bytes) }
}

async fn chunk(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            Some(Err(error)) => return Err(ApiError::invalid(format!("the body broke off: {error}"))),
            // Frames that are not data are trailers, which no client of ours sends.
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
