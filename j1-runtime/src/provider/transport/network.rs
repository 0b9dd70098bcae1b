//! Requests over the network.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use flate2::bufread::GzDecoder;
use j1_core::error::Kind;
use j1_core::{Error, Result};
use reqwest::header::{self, HeaderMap, HeaderValue};

use crate::code;
use crate::provider::transport::trust::{self, Trust};
use crate::provider::transport::{Incoming, Outgoing, Unanswered};

/// The first bytes of each member of what is compressed with gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The bytes for which room is made before a response has come.
const MOST_EXPECTED: usize = 1 << 20;

/// A client that names itself `agent`. Proxies and certificates come from the environment (`HTTPS_PROXY`,
/// `NO_PROXY`, `SSL_CERT_FILE`); these certificates, in PEM, are trusted as well.
pub(super) fn client(agent: &str, certificates: Option<&str>) -> Result<reqwest::Client> {
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let further = match certificates.map(trust::certificates) {
        None => Vec::new(),
        Some(Some(further)) => further,
        Some(None) => return Err(malformed()),
    };
    let trust = Trust::new(&further, Arc::clone(&crypto)).map_err(|error| {
        if further.is_empty() { no_https().caused_by(error) } else { malformed().caused_by(error) }
    })?;
    let tls = rustls::ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .map_err(|error| no_https().caused_by(error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(agent)
        // A redirect would carry the key in its header to wherever it points, and turn an upload into a GET.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(15))
        .build()
        .map_err(|error| no_https().caused_by(error))
}

fn no_https() -> Error {
    Error::new(Kind::Config, code::REQUEST, "no HTTPS connection can be made on this machine")
}

fn malformed() -> Error {
    let message = "the certificate is not valid PEM; use the text of one or more certificates, from \
                   `-----BEGIN CERTIFICATE-----` to the end";
    Error::new(Kind::Config, code::REQUEST, message)
}

/// Sends a request, and reads the whole response.
pub(super) async fn exchange(
    client: &reqwest::Client,
    request: Outgoing,
    max_bytes: usize,
) -> Result<Incoming, Unanswered> {
    let mut headers = request.headers;
    if !headers.contains_key(header::RANGE) {
        headers.entry(header::ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
    }
    let mut response = client
        .request(request.method, request.url)
        .headers(headers)
        .body(request.body)
        .send()
        .await
        .map_err(lost)?;
    // A response that says how long it is needs no room to grow. More than this is not believed before it comes.
    let expected = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut body = BytesMut::with_capacity(expected.unwrap_or_default().min(max_bytes).min(MOST_EXPECTED));
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(Unanswered::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let mut headers = std::mem::take(response.headers_mut());
    let mut body = body.freeze();
    if !body.is_empty() && is_gzip(&headers) {
        body = unzipped(&body, max_bytes)?;
        headers.remove(header::CONTENT_ENCODING);
        headers.remove(header::CONTENT_LENGTH);
    }
    Ok(Incoming { status: response.status().as_u16(), headers, body })
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    coding
        .is_some_and(|coding| ["gzip", "x-gzip"].iter().any(|gzip| coding.trim().eq_ignore_ascii_case(gzip)))
}

/// Returns what was compressed, all members of it: a response that is put together of compressed parts has one for each, and
/// would otherwise end after the first.
fn unzipped(mut body: &[u8], max_bytes: usize) -> Result<Bytes, Unanswered> {
    let mut plain = Vec::new();
    while body.starts_with(&GZIP) {
        let mut member = GzDecoder::new(body);
        let room = (max_bytes - plain.len() + 1) as u64;
        member.by_ref().take(room).read_to_end(&mut plain).map_err(|error| Unanswered::Lost(error.into()))?;
        if plain.len() > max_bytes {
            return Err(Unanswered::TooLarge);
        }
        body = member.into_inner();
    }
    if plain.is_empty() && !body.is_empty() {
        return Err(Unanswered::Lost("the response is not compressed as it says".into()));
    }
    Ok(plain.into())
}

/// The URL is in our message already, and without what reqwest would add to it.
fn lost(error: reqwest::Error) -> Unanswered {
    Unanswered::Lost(error.without_url().into())
}
