//! Requests over the network.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::code;
use crate::provider::transport::trust::{self, Trust};
use crate::provider::transport::{Incoming, Outgoing, Unanswered};

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
    let mut response = client
        .request(request.method, request.url)
        .headers(request.headers)
        .body(request.body)
        .send()
        .await
        .map_err(lost)?;
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(Unanswered::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(response.headers_mut());
    Ok(Incoming { status: response.status().as_u16(), headers, body: body.freeze() })
}

/// The URL is in our message already, and without what reqwest would add to it.
fn lost(error: reqwest::Error) -> Unanswered {
    Unanswered::Lost(error.without_url().into())
}
