//! Authentication of requests.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use j1_core::error::Kind;
use j1_core::{Error, Result, Secret};
use reqwest::header::HeaderValue;

use crate::code;
use crate::provider::oauth::Session;
use crate::provider::transport::Outgoing;
use crate::redact;

/// Signs a request just before it is sent.
pub(super) type Signer = Arc<dyn Fn(&mut Outgoing) -> Result<()> + Send + Sync>;

/// One way to authenticate a request.
#[derive(Clone)]
pub(super) enum Auth {
    Header(&'static str, Secret<String>),
    Query(&'static str, Secret<String>),
    OAuth2(Arc<Session>),
    Sign(Signer),
}

/// The value of `Authorization: Basic` for a name and a password.
pub(super) fn basic(user: &str, password: &Secret<String>) -> Secret<String> {
    let pair = Secret::new(format!("{user}:{}", password.expose()));
    let encoded = Secret::new(STANDARD.encode(pair.expose()));
    redact::learn(encoded.expose());
    Secret::new(format!("Basic {}", encoded.expose()))
}

/// The value of a header that is not shown.
pub(super) fn secret_header(name: &str, value: &Secret<String>) -> Result<HeaderValue> {
    let Ok(mut header) = HeaderValue::from_str(value.expose()) else {
        let message =
            format!("the value for header `{name}` has a character that HTTP does not allow; check it");
        return Err(Error::new(Kind::Config, code::REQUEST, message));
    };
    header.set_sensitive(true);
    Ok(header)
}
