//! The HTTP client that both sides use.

use std::sync::Once;
use std::time::Duration;

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::code;

/// A client that names itself `agent`. Proxies and certificates come from the environment (`HTTPS_PROXY`,
/// `NO_PROXY`, `SSL_CERT_FILE`).
pub(crate) fn client(agent: &str, timeout: Duration) -> Result<reqwest::Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // It fails only where another part of the program has chosen one already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .user_agent(agent)
        .timeout(timeout)
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
