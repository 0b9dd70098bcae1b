//! A client for one vendor's API.

use std::time::{Duration, SystemTime};

use j1_core::error::Kind;
use j1_core::{Error, Result, Secret};
use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use url::Url;

use crate::http::{Http, Incoming, LONGEST_ANSWER, Outgoing, Unanswered};
use crate::retry::{Policy, is_temporary, retry_after};
use crate::vendor::{Pages, Paging, fault};
use crate::{code, redact, stats};

/// How long one answer may take, body included.
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
        Ok(Client { http: self.clone(), base, headers: Vec::new() })
    }
}

/// A client for one vendor's API. It sends its headers with every request, asks again where that helps, and
/// never shows the secret ones.
#[derive(Clone)]
pub struct Client {
    http: Http,
    base: Url,
    headers: Vec<(&'static str, Secret<String>)>,
}

impl Client {
    /// Sends a header with every request, such as `x-api-key`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &Secret<String>) -> Self {
        redact::learn(value.expose());
        self.headers.push((name, value.clone()));
        self
    }

    /// A `GET` of a path below the API's address.
    #[must_use]
    pub fn get(&self, path: &str) -> Request {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{}", self.base.path().trim_end_matches('/'), path.trim_start_matches('/')));
        Request { client: self.clone(), url }
    }
}

/// A request that is yet to be sent.
#[derive(Clone)]
pub struct Request {
    client: Client,
    url: Url,
}

impl Request {
    /// Adds a parameter to the query, encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.url.query_pairs_mut().append_pair(name, &value.to_string());
        self
    }

    /// Sends it, and reads the answer as a `T`.
    ///
    /// # Errors
    /// When the vendor does not answer, answers with an error, or with something that is no `T`.
    pub async fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let answer = self.send().await?;
        serde_json::from_slice(&answer.body).map_err(|error| self.unreadable(&error))
    }

    /// Sends it, and only looks whether the vendor accepts it: for trying credentials.
    ///
    /// # Errors
    /// When the vendor does not answer, or answers with an error.
    pub async fn accepted(&self) -> Result<()> {
        self.send().await.map(drop)
    }

    /// The records of a list, page after page.
    #[must_use]
    pub fn pages<T: DeserializeOwned>(self, paging: Paging) -> Pages<T> {
        Pages::new(self, paging)
    }

    /// How messages call it.
    pub(crate) fn name(&self) -> String {
        format!("GET {}", redact::text(self.url.as_str()))
    }

    /// Sends it until it is answered, or asking again would not help.
    pub(crate) async fn send(&self) -> Result<Incoming> {
        let (policy, mut attempt) = (Policy::STANDARD, 1);
        loop {
            stats::request(attempt > 1);
            let answer = self.once().await;
            let (wait, failure) = match answer {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer),
                Ok(answer) => {
                    let said = retry_after(answer.header("retry-after"), SystemTime::now());
                    let wait = is_temporary(answer.status).then(|| policy.wait(attempt, said)).flatten();
                    (wait, self.refused(&answer, attempt))
                }
                Err(error) if error.code() == code::NO_ANSWER => (policy.wait(attempt, None), error),
                Err(error) => return Err(error),
            };
            let Some(wait) = wait else { return Err(failure) };
            tracing::info!(request = self.name(), attempt, "asking again: {failure}");
            if self.client.http.waits() {
                tokio::time::sleep(wait).await;
            }
            attempt += 1;
        }
    }

    async fn once(&self) -> Result<Incoming> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.client.headers {
            headers.insert(*name, secret_header(name, value)?);
        }
        let request =
            Outgoing { method: Method::GET, url: self.url.clone(), headers, body: bytes::Bytes::new() };
        self.client.http.exchange(request, TIMEOUT).await.map_err(|why| self.unanswered(why))
    }

    fn unanswered(&self, why: Unanswered) -> Error {
        match why {
            Unanswered::Lost(cause) => {
                let message = format!("`{}` was not answered in full", self.name());
                Error::new(Kind::Vendor, code::NO_ANSWER, message).caused_by(cause)
            }
            Unanswered::TooLarge => {
                let message =
                    format!("the answer to `{}` is larger than {LONGEST_ANSWER} bytes", self.name());
                Error::new(Kind::Vendor, code::OTHER_SHAPE, message)
            }
            Unanswered::Unsent(error) => error,
        }
    }

    fn refused(&self, answer: &Incoming, attempts: u32) -> Error {
        let (kind, code, hint) = match answer.status {
            401 => (Kind::Credentials, code::CREDENTIALS, "; check the credentials".to_owned()),
            403 => (Kind::Credentials, code::CREDENTIALS, not_permitted()),
            _ => (Kind::Vendor, code::STATUS, String::new()),
        };
        let tries = if attempts > 1 { format!(" after {attempts} requests") } else { String::new() };
        let message = format!(
            "`{}` was answered with {}{tries}{}{hint}",
            self.name(),
            answer.status,
            redact::excerpt(&answer.body)
        );
        Error::new(kind, code, message)
    }

    pub(crate) fn unreadable(&self, error: &serde_json::Error) -> Error {
        let message = if error.is_data() {
            return Error::new(
                Kind::Data,
                code::OTHER_SHAPE,
                format!("the answer to `{}` is not what was expected: {}", self.name(), fault(error)),
            );
        } else if error.is_eof() {
            format!("the answer to `{}` is cut off: {error}", self.name())
        } else {
            format!("the answer to `{}` is not JSON: {error}", self.name())
        };
        Error::new(Kind::Data, code::NOT_JSON, message)
    }
}

/// What to do about a 403: what the step declares that it needs, where it does.
fn not_permitted() -> String {
    match stats::permissions() {
        [] => "; check what the credentials are allowed to read".to_owned(),
        needed => format!("; the step needs the permission {}; grant it to the credentials", listed(needed)),
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn secret_header(name: &str, value: &Secret<String>) -> Result<HeaderValue> {
    let Ok(mut header) = HeaderValue::from_str(value.expose()) else {
        let message =
            format!("the value for header `{name}` has a character that HTTP does not carry; check it");
        return Err(Error::new(Kind::Config, code::REQUEST, message));
    };
    header.set_sensitive(true);
    Ok(header)
}
