//! A client for one provider's API.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use j1_core::error::Kind;
use j1_core::report::Marks;
use j1_core::{Error, Result, Secret};
use reqwest::Method;
use tokio::runtime::Id;
use url::Url;

use crate::code;
use crate::provider::auth::{Auth, Signer, basic};
use crate::provider::limits::{Limiter, Limits};
use crate::provider::oauth::{OAuth2, Session};
use crate::provider::request::Request;
use crate::provider::transport::{Http, Outgoing};
use crate::redact;

/// The time limit of one response, body included, unless declared otherwise.
const TIMEOUT: Duration = Duration::from_mins(1);

impl Http {
    /// A client for the API at this base URL.
    ///
    /// # Errors
    /// `J1-R1008` if it is not an `http` or `https` URL.
    pub fn client(&self, base: &str) -> Result<Client> {
        let trimmed = base.trim_end_matches('/');
        let url = Url::parse(trimmed).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(base) = url else {
            let message = "the provider's base URL is not a valid http(s) URL; use `https://host/path`";
            return Err(Error::new(Kind::Config, code::REQUEST, message));
        };
        let limiters = vec![self.hosts().limiter(&base)];
        Ok(Client {
            http: if self.home().is_some() { self.clone() } else { self.of_this_runtime() },
            base,
            auth: Vec::new(),
            plain: Vec::new(),
            timeout: TIMEOUT,
            limiters,
            gone: Arc::default(),
            step: None,
        })
    }
}

/// A client for one provider's API. It authenticates requests, keeps to the limits, repeats requests if that helps, and
/// never shows secrets.
///
/// ```
/// # use j1_core::{Result, Secret};
/// use j1_runtime::provider::{Client, Http, Limits};
///
/// fn api(http: &Http, token: &Secret<String>) -> Result<Client> {
///     Ok(http.client("https://api.acme.example/v1")?.bearer(token).limits(Limits::per_second(10)))
/// }
/// ```
///
/// A step that spawns a task gives it a clone: what the clone loses there, the step loses.
pub struct Client {
    pub(super) http: Http,
    pub(super) base: Url,
    pub(super) auth: Vec<Auth>,
    /// Headers of every request that are not secret.
    pub(super) plain: Vec<(&'static str, String)>,
    pub(super) timeout: Duration,
    /// The limiters of a request; that of the host comes last.
    pub(super) limiters: Vec<Limiter>,
    /// The number of lists in a row that were gone with their parents, without a success in between.
    pub(super) gone: Arc<AtomicU32>,
    /// The step that has cloned it.
    step: Option<Marks>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            auth: self.auth.clone(),
            plain: self.plain.clone(),
            timeout: self.timeout,
            limiters: self.limiters.clone(),
            gone: Arc::clone(&self.gone),
            step: self.step(),
        }
    }
}

impl Client {
    /// Authenticates with a header of this name, such as `x-api-key`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &Secret<String>) -> Self {
        redact::learn(value.expose());
        self.auth.push(Auth::Header(name, value.clone()));
        self
    }

    /// Authenticates with `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(self, token: &Secret<String>) -> Self {
        self.scheme("Bearer", token)
    }

    /// Authenticates with `Authorization: <scheme> …`, such as `ApiToken`.
    #[must_use]
    pub fn scheme(self, scheme: &str, token: &Secret<String>) -> Self {
        redact::learn(token.expose());
        self.header("authorization", &Secret::new(format!("{scheme} {}", token.expose())))
    }

    /// Authenticates with a name and a password (`Authorization: Basic …`).
    #[must_use]
    pub fn basic(self, user: &str, password: &Secret<String>) -> Self {
        redact::learn(password.expose());
        self.header("authorization", &basic(user, password))
    }

    /// Authenticates with a query parameter, for providers that accept nothing else. j1 does not show it, but URLs end up in
    /// the logs of every proxy: prefer a header if there is one.
    #[must_use]
    pub fn query_key(mut self, name: &'static str, value: &Secret<String>) -> Self {
        redact::learn(value.expose());
        self.auth.push(Auth::Query(name, value.clone()));
        self
    }

    /// Authenticates with a token that it requests, and renews, by OAuth 2.
    ///
    /// # Errors
    /// `J1-R1008` if the token URL is not valid. It may be a path below the API's base URL.
    pub fn oauth2(mut self, oauth: OAuth2) -> Result<Self> {
        let session = Session::new(&self, oauth)?;
        self.auth.push(Auth::OAuth2(Arc::new(session)));
        Ok(self)
    }

    /// Signs each request just before it is sent, also when it is sent again: for signatures over the whole request, such
    /// as AWS's. Mark secret header values that the signer adds with `set_sensitive`.
    #[must_use]
    pub fn sign<F>(mut self, signer: F) -> Self
    where
        F: Fn(&mut Outgoing) -> Result<()> + Send + Sync + 'static,
    {
        let signer: Signer = Arc::new(signer);
        self.auth.push(Auth::Sign(signer));
        self
    }

    /// Sends a header that is not secret with every request, such as a version of the API.
    #[must_use]
    pub fn plain_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.plain.push((name, value.into()));
        self
    }

    /// Sets how long one response may take, body included; otherwise a minute.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the limits of the whole API, as documented by the provider. All clients of the host share them, and an operator
    /// can set others.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        let host = self.http.hosts().declare(&self.base, limits);
        self.limiters.pop();
        self.limiters.push(host);
        self
    }

    /// A client for a part of the API with further limits, within those of the whole: an endpoint that grants less.
    /// Make it once and keep it; its clones share the limits.
    #[must_use]
    pub fn part_with_limits(&self, limits: Limits) -> Self {
        let mut part = self.clone();
        part.limiters.insert(0, Limiter::new(limits));
        part
    }

    /// A `GET` of a path below the API's base URL. For a path with an id in it there is [`get_at`](Self::get_at).
    #[must_use]
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// A `POST` to a path below the API's base URL.
    #[must_use]
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// A `PUT` to a path below the API's base URL.
    #[must_use]
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    /// A `PATCH` of a path below the API's base URL.
    #[must_use]
    pub fn patch(&self, path: &str) -> Request {
        self.request(Method::PATCH, path)
    }

    /// A `DELETE` of a path below the API's base URL.
    #[must_use]
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// A request with any method, such as `SEARCH` or `REPORT`.
    ///
    /// A `?` in the path is encoded; `.query(..)` adds parameters. A path with `%`, `\` or a control character is refused when
    /// it is sent, since only foreign text has them: ids are passed to [`request_at`](Self::request_at).
    #[must_use]
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// A `GET` of the path that these segments make, below the API's base URL. Each segment is encoded, so an id with a `/`
    /// stays one segment; an empty segment, `.` and `..` are refused when the request is sent.
    ///
    /// ```
    /// # use j1_runtime::provider::{Client, Request};
    /// fn members(api: &Client, group: &str) -> Request {
    ///     api.get_at(&["groups", group, "members"]) // groups/a%2Fb/members
    /// }
    /// ```
    #[must_use]
    pub fn get_at(&self, segments: &[&str]) -> Request {
        self.request_at(Method::GET, segments)
    }

    /// A `POST` to the path that these segments make, as [`Client::get_at`].
    #[must_use]
    pub fn post_at(&self, segments: &[&str]) -> Request {
        self.request_at(Method::POST, segments)
    }

    /// A request with any method to the path that these segments make, as [`Client::get_at`].
    #[must_use]
    pub fn request_at(&self, method: Method, segments: &[&str]) -> Request {
        Request::at(self.clone(), method, segments)
    }

    /// A GraphQL query, sent to a path below the API's base URL, with its variables as a JSON object.
    #[must_use]
    pub fn graphql(&self, path: &str, query: &str, variables: &serde_json::Value) -> Request {
        self.post(path).json_body(&serde_json::json!({ "query": query, "variables": variables })).graphql()
    }

    /// The step that a request belongs to: the one that runs here, or else the one that has cloned the client and has not
    /// returned.
    pub(super) fn step(&self) -> Option<Marks> {
        Marks::current().or_else(|| self.step.clone().filter(Marks::is_open))
    }

    /// The runtime of the runs that it is for.
    pub(super) const fn home(&self) -> Option<Id> {
        self.http.home()
    }

    /// Returns `true` if this URL is one of the API, so that it may receive the credentials.
    pub(super) fn owns(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }
}
