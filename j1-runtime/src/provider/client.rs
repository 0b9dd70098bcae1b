//! A client for one vendor's API.

use std::sync::Arc;
use std::time::Duration;

use j1_core::error::Kind;
use j1_core::{Error, Result, Secret};
use reqwest::Method;
use url::Url;

use crate::code;
use crate::provider::auth::{Auth, Signer, basic};
use crate::provider::limits::{Limiter, Limits};
use crate::provider::oauth::{OAuth2, Session};
use crate::provider::request::Request;
use crate::provider::transport::{Http, Outgoing};
use crate::redact;

/// How long one answer may take, body included, unless declared otherwise.
const TIMEOUT: Duration = Duration::from_mins(1);

impl Http {
    /// A client for the API at this address.
    ///
    /// # Errors
    /// `J1-R1008` when it is no `http` or `https` URL.
    pub fn client(&self, base: &str) -> Result<Client> {
        let trimmed = base.trim_end_matches('/');
        let url = Url::parse(trimmed).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(base) = url else {
            let message = "the address of the vendor's API is none; write `https://host/path`";
            return Err(Error::new(Kind::Config, code::REQUEST, message));
        };
        let limiters = vec![self.hosts().limiter(&base)];
        Ok(Client {
            http: self.clone(),
            base,
            auth: Vec::new(),
            plain: Vec::new(),
            timeout: TIMEOUT,
            limiters,
        })
    }
}

/// A client for one vendor's API. It proves who asks, keeps to the limits, asks again where that helps, and never
/// shows what is secret.
///
/// ```
/// # use j1_core::{Result, Secret};
/// use j1_runtime::provider::{Client, Http, Limits};
///
/// fn api(http: &Http, token: &Secret<String>) -> Result<Client> {
///     Ok(http.client("https://api.acme.example/v1")?.bearer(token).limits(Limits::per_second(10)))
/// }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(super) http: Http,
    pub(super) base: Url,
    pub(super) auth: Vec<Auth>,
    /// Headers that every request has and that are no secret.
    pub(super) plain: Vec<(&'static str, String)>,
    pub(super) timeout: Duration,
    /// What lets a request through; the one of the host comes last.
    pub(super) limiters: Vec<Limiter>,
}

impl Client {
    /// Proves who asks with a header of this name, such as `x-api-key`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &Secret<String>) -> Self {
        redact::learn(value.expose());
        self.auth.push(Auth::Header(name, value.clone()));
        self
    }

    /// Proves who asks with `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(self, token: &Secret<String>) -> Self {
        self.scheme("Bearer", token)
    }

    /// Proves who asks with `Authorization: <scheme> …`, such as `ApiToken`.
    #[must_use]
    pub fn scheme(self, scheme: &str, token: &Secret<String>) -> Self {
        redact::learn(token.expose());
        self.header("authorization", &Secret::new(format!("{scheme} {}", token.expose())))
    }

    /// Proves who asks with a name and a password (`Authorization: Basic …`).
    #[must_use]
    pub fn basic(self, user: &str, password: &Secret<String>) -> Self {
        redact::learn(password.expose());
        self.header("authorization", &basic(user, password))
    }

    /// Proves who asks with a parameter of the query, for vendors that take nothing else. It is not shown, but what
    /// stands in a URL ends up in the logs of every proxy: prefer a header where there is the choice.
    #[must_use]
    pub fn query_key(mut self, name: &'static str, value: &Secret<String>) -> Self {
        redact::learn(value.expose());
        self.auth.push(Auth::Query(name, value.clone()));
        self
    }

    /// Proves who asks with a token that it gets, and renews, by OAuth 2.
    ///
    /// # Errors
    /// `J1-R1008` when the address that gives tokens is none. It may be a path below the API's address.
    pub fn oauth2(mut self, oauth: OAuth2) -> Result<Self> {
        let session = Session::new(&self, oauth)?;
        self.auth.push(Auth::OAuth2(Arc::new(session)));
        Ok(self)
    }

    /// Signs each request just before it is sent, each time that it is: for signatures over the whole request, such
    /// as AWS's. What the signer adds is not known here as a secret; mark such header values with `set_sensitive`.
    #[must_use]
    pub fn sign<F>(mut self, signer: F) -> Self
    where
        F: Fn(&mut Outgoing) -> Result<()> + Send + Sync + 'static,
    {
        let signer: Signer = Arc::new(signer);
        self.auth.push(Auth::Sign(signer));
        self
    }

    /// Sends a header that is no secret with every request, such as a version of the API.
    #[must_use]
    pub fn plain_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.plain.push((name, value.into()));
        self
    }

    /// How long one answer may take, body included; otherwise a minute.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The limits of the whole API, as documented by the vendor. All clients of the host share them, and an operator
    /// can set others.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        let host = self.http.hosts().limited(&self.base, limits);
        self.limiters.pop();
        self.limiters.push(host);
        self
    }

    /// The same API with limits of its own for a part of it, within those of the whole: an endpoint that grants less.
    /// Make it once and keep it; its clones share the limits.
    #[must_use]
    pub fn limited(&self, limits: Limits) -> Self {
        let mut part = self.clone();
        part.limiters.insert(0, Limiter::new(limits));
        part
    }

    /// A `GET` of a path below the API's address.
    #[must_use]
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// A `POST` to a path below the API's address.
    #[must_use]
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// A `PUT` to a path below the API's address.
    #[must_use]
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    /// A `PATCH` of a path below the API's address.
    #[must_use]
    pub fn patch(&self, path: &str) -> Request {
        self.request(Method::PATCH, path)
    }

    /// A `DELETE` of a path below the API's address.
    #[must_use]
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// A request with any method, such as `SEARCH` or `REPORT`.
    ///
    /// What the path holds is encoded, a `?` too; `.query(..)` adds parameters. An id that may have a `/` in it goes
    /// through [`segment`](crate::provider::segment).
    #[must_use]
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// A query of GraphQL, sent to a path below the API's address, with its variables as a JSON object.
    #[must_use]
    pub fn graphql(&self, path: &str, query: &str, variables: &serde_json::Value) -> Request {
        self.post(path).json_body(&serde_json::json!({ "query": query, "variables": variables })).repeatable()
    }

    /// Whether this address is one of the API, so that it may have the credentials.
    pub(super) fn owns(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }
}
