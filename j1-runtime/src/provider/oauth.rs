//! OAuth 2 tokens: requested when first needed, renewed before they expire, and by one request however many wait.
//!
//! A [`Session`] belongs to one client and its clones. Its mutex is held across the request for a token, so that all who
//! need one wait for the same request.

use std::time::Duration;

use j1_core::error::Kind;
use j1_core::{Error, Result, Secret};
use reqwest::Method;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::code;
use crate::provider::auth::{Auth, basic};
use crate::provider::client::Client;
use crate::provider::request::Request;
use crate::provider::scopes;
use crate::redact;

/// The time before its expiry at which a token is renewed, or a tenth of its life if that is less.
const MARGIN: Duration = Duration::from_mins(1);

/// A way to get access tokens by OAuth 2 (RFC 6749).
///
/// ```
/// # use j1_core::{Result, Secret};
/// use j1_runtime::provider::{Client, Http, OAuth2};
///
/// fn api(http: &Http, id: &str, secret: &Secret<String>) -> Result<Client> {
///     let tokens = OAuth2::client_credentials("https://login.acme.example/oauth/token", id, secret);
///     http.client("https://api.acme.example/v1")?.oauth2(tokens.scope("users.read groups.read"))
/// }
/// ```
#[derive(Clone)]
pub struct OAuth2 {
    token_url: String,
    id: String,
    secret: Secret<String>,
    refresh: Option<Secret<String>>,
    parameters: Vec<(String, String)>,
    in_header: bool,
    any_scope: bool,
}

impl OAuth2 {
    /// The client asks for itself (client credentials).
    #[must_use]
    pub fn client_credentials(
        token_url: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: &Secret<String>,
    ) -> Self {
        Self {
            token_url: token_url.into(),
            id: client_id.into(),
            secret: client_secret.clone(),
            refresh: None,
            parameters: Vec::new(),
            in_header: false,
            any_scope: false,
        }
    }

    /// The client acts for a user, and holds a refresh token. If the provider sends another one with each access token, the
    /// new one is used for the rest of the run; it is not stored.
    #[must_use]
    pub fn refresh_token(
        token_url: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: &Secret<String>,
        refresh_token: &Secret<String>,
    ) -> Self {
        let mut oauth = Self::client_credentials(token_url, client_id, client_secret);
        oauth.refresh = Some(refresh_token.clone());
        oauth
    }

    /// Sets the scope of the token; several scopes are separated by spaces.
    ///
    /// If the provider says that it granted fewer, requests fail with `J1-R1010`: lists may lack what a scope that is missing
    /// covers.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        self.parameter("scope", scope)
    }

    /// Adds a parameter to the request for a token, such as `audience` or `resource`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Accepts a token whatever scopes it has: for a provider that writes them in another way than they are requested, or
    /// for scopes that the integration can do without. Otherwise `J1-R1010` says which one was not granted.
    ///
    /// Tokens that are requested later in the run must still have the scopes of the first one.
    #[must_use]
    pub fn any_scope(mut self) -> Self {
        self.any_scope = true;
        self
    }

    /// Sends the client's id and secret as `Authorization: Basic` instead of in the body.
    #[must_use]
    pub fn credentials_in_header(mut self) -> Self {
        self.in_header = true;
        self
    }
}

/// The tokens of one client; all who need one wait for the same request.
pub(super) struct Session {
    oauth: OAuth2,
    /// Asks for tokens, without a token.
    request: Request,
    replay: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The refresh token that the provider sent last.
    refresh: Option<Secret<String>>,
    /// The scopes of the first token, if the provider said them.
    scopes: Vec<String>,
    /// Counts the tokens, so that a refused one is renewed once and not by each request that had it.
    count: u64,
}

struct Token {
    header: Secret<String>,
    /// The time to renew it; never if the provider does not say how long it lives.
    renew: Option<Instant>,
}

/// The response, as RFC 6749 section 5.1 and 5.2 specify it.
#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default)]
    access_token: Option<String>,
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    token_type: Option<serde_json::Value>,
    #[serde(default)]
    scope: Option<serde_json::Value>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

fn refused(why: &str) -> Error {
    let message = format!("could not get an access token: {why}; check the client's id and secret");
    Error::new(Kind::Credentials, code::CREDENTIALS, message)
}

impl Session {
    pub fn new(client: &Client, oauth: OAuth2) -> Result<Self> {
        // A base URL without a path ends with a slash.
        let base = client.base.as_str().trim_end_matches('/');
        let url = Url::parse(&oauth.token_url)
            .or_else(|_| Url::parse(&format!("{base}/{}", oauth.token_url.trim_start_matches('/'))));
        let Some(url) = url.ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
            let message = "the token URL is not a valid http(s) URL; use `https://host/path`";
            return Err(Error::new(Kind::Config, code::REQUEST, message));
        };
        redact::learn(oauth.secret.expose());
        if let Some(refresh) = &oauth.refresh {
            redact::learn(refresh.expose());
        }
        let mut plain = client.clone();
        plain.auth.clear();
        if oauth.in_header {
            // RFC 6749 section 2.3.1: both are encoded as in a form first.
            let encoded =
                |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let secret = Secret::new(encoded(oauth.secret.expose()));
            let header = basic(&encoded(&oauth.id), &secret);
            plain.auth.push(Auth::Header("authorization", header));
        }
        let request = Request::to(plain, Method::POST, url).repeatable();
        let replay = !client.http.waits();
        Ok(Self { oauth, request, replay, state: Mutex::default() })
    }

    /// The value of `Authorization`, and the number of the token; a new token if the present one is `refused`.
    pub async fn header(&self, refused: Option<u64>) -> Result<(Secret<String>, u64)> {
        if self.replay {
            // Recordings hold no tokens, and need none.
            return Ok((Secret::new(format!("Bearer {}", redact::PLACEHOLDER)), 0));
        }
        let mut state = self.state.lock().await;
        let fresh = state.token.as_ref().filter(|token| token.renew.is_none_or(|at| Instant::now() < at));
        if let Some(token) = fresh
            && refused != Some(state.count)
        {
            return Ok((token.header.clone(), state.count));
        }
        let token = self.fetch(&mut state).await?;
        let header = token.header.clone();
        state.token = Some(token);
        state.count += 1;
        Ok((header, state.count))
    }

    async fn fetch(&self, state: &mut State) -> Result<Token> {
        let mut form: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
        match state.refresh.as_ref().or(self.oauth.refresh.as_ref()) {
            Some(refresh) => {
                put("grant_type", "refresh_token");
                put("refresh_token", refresh.expose());
            }
            None => put("grant_type", "client_credentials"),
        }
        if !self.oauth.in_header {
            put("client_id", &self.oauth.id);
            put("client_secret", self.oauth.secret.expose());
        }
        for (name, value) in &self.oauth.parameters {
            put(name, value);
        }
        let asked = Instant::now();
        let request = self.request.clone().form_body(form);
        let exchanged = request.exchange().await?;
        // Whatever 4xx the provider responds with here, it does not accept the credentials.
        if (400..500).contains(&exchanged.incoming.status) {
            return Err(refused(request.refused(&exchanged).message()));
        }
        let response = request.success(exchanged)?;
        let answer: TokenAnswer = request.read(&response)?;
        let Some(token) = answer.access_token.filter(|token| !token.is_empty()) else {
            // GitHub's endpoint sends its errors with status 200.
            let said =
                answer.error.or(answer.error_description).unwrap_or_else(|| "no `access_token`".to_owned());
            return Err(refused(&format!("`{}` returned {}", request.name(), redact::text(&said))));
        };
        let token = Secret::new(token);
        redact::learn(token.expose());
        if self.oauth.refresh.is_some()
            && let Some(refresh) = answer.refresh_token.filter(|refresh| !refresh.is_empty())
        {
            let refresh = Secret::new(refresh);
            redact::learn(refresh.expose());
            state.refresh = Some(refresh);
        }
        self.check_scopes(state, scopes::granted(answer.scope.as_ref()))?;
        let scheme = scheme(answer.token_type.as_ref()).map_err(|kind| {
            refused(&format!(
                "`{}` returned one of the type {}, which cannot be sent with requests as it is",
                self.request.name(),
                redact::text(&kind)
            ))
        })?;
        // Some providers send the number as a string.
        let lives = answer.expires_in.and_then(|value| match value {
            serde_json::Value::String(text) => text.parse().ok(),
            value => value.as_f64(),
        });
        let lives = lives.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
        let renew = lives.and_then(|lives| asked.checked_add(lives.saturating_sub(MARGIN.min(lives / 10))));
        Ok(Token { header: Secret::new(format!("{scheme} {}", token.expose())), renew })
    }

    /// Fails if the provider granted fewer scopes than were requested, or than the first token had: it may leave out of its
    /// lists what they do not cover.
    fn check_scopes(&self, state: &mut State, granted: Option<Vec<String>>) -> Result<()> {
        let Some(granted) = granted else { return Ok(()) };
        let requested =
            self.oauth.parameters.iter().filter(|(name, _)| name == "scope" && !self.oauth.any_scope);
        let requested: Vec<String> = requested.flat_map(|(_, value)| scopes::split(value)).collect();
        for (needed, why) in
            [(&requested, "was requested"), (&state.scopes, "the first token of the run had")]
        {
            if let Some(lacking) = scopes::lacking(needed, &granted).first() {
                let message = format!(
                    "`{}` granted a token without the scope `{}`, which {why}: its lists may be incomplete; grant the scope to \
                     the client, or declare `.any_scope()` if the provider writes its scopes in another way{}",
                    self.request.name(),
                    redact::text(lacking),
                    redact::excerpt(granted.join(" ").as_bytes())
                );
                return Err(Error::new(Kind::Credentials, code::SCOPE, message));
            }
        }
        if state.scopes.is_empty() {
            state.scopes = granted;
        }
        Ok(())
    }
}

/// The word before a token in the header. `Err` with the type of a token that needs more than that, such as a proof with each
/// request: a provider that does not see the token could respond with what everybody may read.
fn scheme(token_type: Option<&serde_json::Value>) -> Result<String, String> {
    let Some(kind) = token_type.filter(|kind| !kind.is_null()) else { return Ok("Bearer".to_owned()) };
    let kind = kind.as_str().map_or_else(|| kind.to_string(), |kind| kind.trim().to_owned());
    match kind.to_ascii_lowercase().as_str() {
        "" | "bearer" | "bearertoken" | "bearer_token" => Ok("Bearer".to_owned()),
        "mac" | "hoba" | "pop" | "dpop" | "n_a" => Err(kind),
        _ if kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) => Ok(kind),
        _ => Err(kind),
    }
}
