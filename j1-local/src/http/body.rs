//! Request bodies: limited, decompressed, parsed.

use std::future::poll_fn;
use std::io::Read as _;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use flate2::read::GzDecoder;
use serde_json::{Map, Value};

use super::App;
use super::error::ApiError;

/// How many times the limit a compressed body may hold.
const EXPANSION: usize = 32;

/// How many times the limit is read, and thrown away, before the connection is given up: a client that
/// is still sending would not see the answer.
const DRAINED: usize = 16;

/// Reads a body that holds one JSON object. An empty body is an empty object.
pub async fn object(app: &App, headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, ApiError> {
    let limit = app.settings.body_limit;
    let bytes = receive(body, limit).await?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    if header(headers, &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/csv")) {
        return Err(ApiError::media_type("CSV uploads are not supported yet; send JSON"));
    }
    let gzip = match header(headers, &CONTENT_ENCODING) {
        None | Some("" | "identity") => false,
        Some("gzip") => true,
        Some(other) => {
            return Err(ApiError::media_type(format!("Content-Encoding `{other}` is not read; send gzip")));
        }
    };
    let parsed = tokio::task::spawn_blocking(move || {
        if gzip { parse(&decompress(&bytes, limit.saturating_mul(EXPANSION))?) } else { parse(&bytes) }
    });
    parsed.await.map_err(|_| ApiError::invalid("the body could not be read"))?
}

fn header<'h>(headers: &'h HeaderMap, name: &axum::http::HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn parse(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::invalid("the body is not a JSON object")),
        Err(error) => Err(ApiError::invalid(format!("the body is not JSON: {error}"))),
    }
}

fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut out = Vec::new();
    let read = GzDecoder::new(bytes).take(limit as u64 + 1).read_to_end(&mut out);
    read.map_err(|error| ApiError::invalid(format!("the body is not gzip: {error}")))?;
    if out.len() > limit { Err(ApiError::too_large(limit, "when decompressed")) } else { Ok(out) }
}

/// Collects the body; one over the limit is still read for a while, so that the refusal arrives.
async fn receive(mut body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let (mut bytes, mut received) = (Vec::new(), 0_usize);
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
            // What is not data are trailers, which nobody sends.
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
