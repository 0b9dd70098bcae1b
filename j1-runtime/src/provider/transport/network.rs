//! Requests over the network.

use std::sync::Once;
use std::time::Duration;

use bytes::BytesMut;
use j1_core::error::Kind;
use j1_core::{Error, Result};
use reqwest::Certificate;

use crate::code;
use crate::provider::transport::{Incoming, Outgoing, Unanswered};

/// A client that names itself `agent`. Proxies and certificates come from the environment (`HTTPS_PROXY`,
/// `NO_PROXY`, `SSL_CERT_FILE`); these certificates, in PEM, are trusted as well.
pub(super) fn client(agent: &str, certificates: Option<&str>) -> Result<reqwest::Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // It fails only where another part of the program has chosen one already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let trusted = match certificates.map(|pem| Certificate::from_pem_bundle(pem.as_bytes())) {
        None => Vec::new(),
        Some(Ok(trusted)) if !trusted.is_empty() => trusted,
        Some(_) => {
            let message = "the certificate is not valid PEM; use the text of one or more certificates, from \
                           `-----BEGIN CERTIFICATE-----` to the end";
            return Err(Error::new(Kind::Config, code::REQUEST, message));
        }
    };
    reqwest::Client::builder()
        .tls_certs_merge(trusted)
        .user_agent(agent)
        // A redirect would carry the key in its header to wherever it points, and turn an upload into a GET.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(15))
        .build()
        .map_err(|error| {
            Error::new(Kind::Config, code::REQUEST, "no HTTPS connection can be made on this machine")
                .caused_by(error)
        })
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
