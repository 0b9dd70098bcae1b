//! A request to the provider, and its response.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::RecordPlaces;
use j1_core::report::{Begun, Marks};
use j1_core::{Error, Result};
use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::code;
use crate::observe::strays;
use crate::provider::auth::{Auth, secret_header};
use crate::provider::client::Client;
use crate::provider::transport::{Incoming, MAX_RESPONSE_BYTES, Outgoing};
use crate::provider::{Pages, Paging, json, page, path};

/// A request to the provider's API. Nothing is sent before one of its `async` methods is awaited.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties of one request")]
pub struct Request {
    pub(super) client: Client,
    pub(super) method: Method,
    pub(super) url: Url,
    headers: HeaderMap,
    body: Body,
    timeout: Option<Duration>,
    repeatable: bool,
    /// `true` if it reads a page of a list.
    of_list: bool,
    graphql: bool,
    max_bytes: usize,
    /// `true` if a 404 proves that the record is gone.
    gone_if_not_found: bool,
    /// Members and headers that are not taken as evidence of a part.
    pub(super) ignored: &'static [&'static str],
    /// The reason it cannot be sent.
    wrong: Option<String>,
    /// The step that made the request, wherever it is sent.
    marks: Option<Marks>,
}

/// Runs a part of a step in the step's context, also in a task that its author spawned: a loss there is the step's
/// loss. Where the step is not known, it is the loss of every step.
pub(super) async fn in_step_of<T>(marks: Option<Marks>, part: impl Future<Output = T>) -> T {
    match (marks.or_else(strays::current), Marks::current()) {
        (Some(marks), None) => marks.scope(part).await,
        _ => part.await,
    }
}

/// As [`in_step_of`], for what does not wait.
pub(super) fn within_step_of<T>(marks: Option<Marks>, part: impl FnOnce() -> T) -> T {
    match (marks, Marks::current()) {
        (Some(marks), None) => marks.within(part),
        _ => part(),
    }
}

#[derive(Clone)]
enum Body {
    Empty,
    Json(Value),
    Form(Vec<(String, String)>),
}

impl Request {
    pub(super) fn new(client: Client, method: Method, path: &str) -> Self {
        let (url, wrong) = path::below(&client.base, path);
        Self { wrong, ..Self::to(client, method, url) }
    }

    pub(super) fn at(client: Client, method: Method, segments: &[&str]) -> Self {
        let (url, wrong) = path::of_segments(&client.base, segments);
        Self { wrong, ..Self::to(client, method, url) }
    }

    /// A request to a URL that need not be below that of the API.
    pub(super) fn to(client: Client, method: Method, url: Url) -> Self {
        // Repeating a request that only reads, or replaces something as a whole, changes nothing (RFC 9110, section
        // 9.2.2).
        let repeatable = !matches!(method, Method::POST | Method::PATCH);
        let (headers, body) = (HeaderMap::new(), Body::Empty);
        Self {
            marks: client.step(),
            client,
            method,
            url,
            headers,
            body,
            timeout: None,
            repeatable,
            of_list: false,
            graphql: false,
            max_bytes: MAX_RESPONSE_BYTES,
            gone_if_not_found: false,
            ignored: &[],
            wrong: None,
        }
    }

    /// The step that the request belongs to, wherever it is sent; that of no step if it is not known.
    pub(super) fn step(&self) -> Option<Marks> {
        let stray = || strays::of_client(self.client.home());
        Marks::current().or_else(|| self.marks.clone()).or_else(stray)
    }

    /// Ends the path with a slash, as the APIs of Django expect it.
    #[must_use]
    pub fn trailing_slash(mut self) -> Self {
        if !self.url.path().ends_with('/') {
            self.url.set_path(&format!("{}/", self.url.path()));
        }
        self
    }

    /// Adds a parameter to the query, encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.url.query_pairs_mut().append_pair(name, &value.to_string());
        self
    }

    /// Sends a header that is not secret, in place of one of the same name that the client sends.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        match (name.parse::<HeaderName>(), HeaderValue::from_str(&value.to_string())) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.wrong = Some(format!("header `{name}` has a character that HTTP does not allow")),
        }
        self
    }

    /// Sends this as JSON.
    #[must_use]
    pub fn json_body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_value(body) {
            Ok(body) => self.body = Body::Json(body),
            Err(error) => self.wrong = Some(format!("its body cannot be serialized as JSON: {error}")),
        }
        self
    }

    /// Sends these as a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form_body<N: Into<String>, V: Into<String>>(
        mut self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.body = Body::Form(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// Sets how long one response may take, body included; otherwise the client's timeout applies.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Declares that sending the request twice does no harm, so that it is sent again if a response was lost: a search
    /// that is a `POST`. All methods but `POST` and `PATCH` are repeatable.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Sends the request, and reads the response as a `T`.
    ///
    /// A response with status 206, or an array that ends at 100, 1,000 or the like, or has a header such as `Link` or
    /// `X-Total-Count` that says that there is more, makes the step partial: a list is read with [`Request::pages`].
    ///
    /// # Errors
    /// If the provider does not respond, responds with an error, or with something that is not a `T`.
    pub async fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.in_step(async {
            let response = self.success(self.exchange().await?)?;
            self.mark_part::<T>(&response);
            self.read(&response)
        })
        .await
    }

    /// Sends the request, and reads the response as a `T`; `None` for a 404, as for a record that was deleted a moment ago.
    ///
    /// A 404 makes the step partial, since wrong hosts and tenants respond with 404, too. [`Request::gone_if_not_found`]
    /// declares that it proves that the record is gone.
    ///
    /// # Errors
    /// As [`Request::json`].
    pub async fn json_if_found<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let found = self.in_step(self.find()).await?;
        if found.is_none()
            && !self.gone_if_not_found
            && let Some(marks) = self.step()
        {
            marks.lost(format!("`{}` returned status 404, which proves nothing", self.name()));
        }
        Ok(found)
    }

    /// As [`Request::json_if_found`]; what a 404 proves is up to the caller.
    pub(super) async fn find<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let exchanged = self.exchange().await?;
        if exchanged.incoming.status == 404 {
            return Ok(None);
        }
        let response = self.success(exchanged)?;
        self.mark_part::<T>(&response);
        self.read(&response).map(Some)
    }

    /// Declares that a 404 proves that the record is gone, for [`Request::json_if_found`].
    #[must_use]
    pub fn gone_if_not_found(mut self) -> Self {
        self.gone_if_not_found = true;
        self
    }

    /// Ignores these members and headers of a response that is read as one value. Otherwise what they say of a list in it, such
    /// as `members_truncated` beside `members`, makes the step partial. The name of the list itself ignores all of them.
    ///
    /// For a list, it is [`Paging::ignoring`].
    #[must_use]
    pub fn ignoring(mut self, names: &'static [&'static str]) -> Self {
        self.ignored = names;
        self
    }

    /// Sends the request, and only checks that the provider accepts it: for trying credentials.
    ///
    /// # Errors
    /// If the provider does not respond, or responds with an error.
    pub async fn accepted(&self) -> Result<()> {
        self.send().await.map(drop)
    }

    /// Sends the request, and returns the whole response: for responses that are not JSON.
    ///
    /// A response with status 206, or with a header such as `Link` that says that there is more, makes the step partial.
    ///
    /// # Errors
    /// If the provider does not respond, or responds with an error.
    pub async fn send(&self) -> Result<Incoming> {
        self.in_step(async {
            let response = self.success(self.exchange().await?)?;
            self.mark_raw_part(&response);
            Ok(response)
        })
        .await
    }

    /// Runs the request for the current step: an error, or a request that is given up before its response, makes the step
    /// partial even if the step goes on.
    async fn in_step<T>(&self, sending: impl Future<Output = Result<T>>) -> Result<T> {
        let sending = async {
            let given_up = || format!("`{}` was given up before its response", self.name());
            let begun = Marks::current().map(|marks| marks.begin(given_up()));
            let result = sending.await.map_err(Error::marked);
            begun.iter().for_each(Begun::finished);
            result
        };
        in_step_of(self.step(), sending).await
    }

    /// The records of a list, page after page.
    ///
    /// A page whose response was lost is requested again, also with `POST`. Unless the request is known to be
    /// [repeatable](Self::repeatable), it is then sent once more, to see whether it returns the same page each time.
    #[must_use]
    pub fn pages<T: DeserializeOwned>(mut self, paging: Paging) -> Pages<T> {
        self.of_list = true;
        Pages::new(self, paging)
    }

    pub(super) fn read<T: DeserializeOwned>(&self, response: &Incoming) -> Result<T> {
        json::record(&response.body, RecordPlaces::default())
            .map_err(|error| self.unreadable(response, &error))
    }

    /// Marks a GraphQL query, whose errors come with status 200.
    pub(super) fn graphql(mut self) -> Self {
        self.graphql = true;
        self.repeatable = true;
        self
    }

    pub(super) fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes.min(MAX_RESPONSE_BYTES);
        self
    }

    pub(super) fn most_bytes(&self) -> usize {
        self.max_bytes
    }

    pub(super) fn is_of_list(&self) -> bool {
        self.of_list
    }

    pub(super) fn is_graphql(&self) -> bool {
        self.graphql
    }

    /// Returns `true` if the request may be sent again after its response was lost. For a page, the list finds out
    /// whether that skipped one.
    pub(super) fn may_be_sent_again(&self) -> bool {
        self.repeatable || self.of_list
    }

    pub(super) fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    pub(super) fn within(&self) -> Duration {
        self.timeout.unwrap_or(self.client.timeout)
    }

    /// The request as it is sent, with the number of the token that it carries, if any. A token that was refused is
    /// renewed.
    pub(super) async fn outgoing(&self, refused: Option<u64>) -> Result<(Outgoing, Option<u64>)> {
        if let Some(wrong) = &self.wrong {
            return Err(self.unsendable(wrong));
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.client.plain {
            let value = HeaderValue::from_str(value).map_err(|_| {
                self.unsendable(&format!("header `{name}` has a character that HTTP does not allow"))
            })?;
            headers.insert(*name, value);
        }
        let (mut url, mut token) = (self.url.clone(), None);
        for auth in &self.client.auth {
            match auth {
                Auth::Header(name, value) => {
                    headers.insert(*name, secret_header(name, value)?);
                }
                Auth::Query(name, value) => {
                    set_query(&mut url, name, value.expose());
                }
                Auth::OAuth2(session) => {
                    let (value, number) = Box::pin(session.header(refused)).await?;
                    headers.insert(header::AUTHORIZATION, secret_header("authorization", &value)?);
                    token = Some(number);
                }
                Auth::Sign(_) => {}
            }
        }
        let (body, kind) = self.body()?;
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        headers.extend(self.headers.clone());
        Ok((Outgoing { method: self.method.clone(), url, headers, body }, token))
    }

    fn body(&self) -> Result<(Bytes, Option<&'static str>)> {
        Ok(match &self.body {
            Body::Empty => (Bytes::new(), None),
            Body::Json(value) => (serde_json::to_vec(value)?.into(), Some("application/json")),
            Body::Form(fields) => {
                let form: String =
                    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                (form.into(), Some("application/x-www-form-urlencoded"))
            }
        })
    }

    pub(super) fn unsendable(&self, why: &str) -> Error {
        let message = format!("`{}` cannot be sent: {why}", self.name());
        Error::new(Kind::Config, code::REQUEST, message)
    }

    /// Sets a parameter of the query, in place of one of the same name.
    pub(super) fn set_query(&mut self, name: &str, value: &str) {
        set_query(&mut self.url, name, value);
    }

    /// Sets a parameter in the body: a field of the form, or the member of the JSON that the path leads to. Objects that
    /// are missing on the way are created.
    pub(super) fn set_in_body(&mut self, path: &str, value: Value) {
        if let Body::Form(fields) = &mut self.body {
            fields.retain(|(name, _)| name != path);
            fields.push((path.to_owned(), text_of(&value).unwrap_or_default()));
            return;
        }
        if !matches!(self.body, Body::Json(_)) {
            self.body = Body::Json(Value::Object(serde_json::Map::new()));
        }
        let Body::Json(mut at) = std::mem::replace(&mut self.body, Body::Empty) else { return };
        let names = page::split(path).unwrap_or_default();
        let held = names.iter().try_fold(&mut at, |at, name| {
            if at.is_null() {
                *at = Value::Object(serde_json::Map::new());
            }
            at.as_object_mut().map(|members| members.entry(name.as_ref()).or_insert(Value::Null))
        });
        match held {
            Some(place) => *place = value,
            None => {
                self.wrong = Some(format!(
                    "its body has no place for `{path}`: something on the way is not an object"
                ));
            }
        }
        self.body = Body::Json(at);
    }
}

/// A value as a parameter of a query; only texts, numbers and booleans can be one.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Sets a parameter of a query, in place of one of the same name. The others stay as they are, byte by byte: a URL of the
/// provider may be signed, or have a cursor in bytes that are not UTF-8.
fn set_query(url: &mut Url, name: &str, value: &str) {
    let is_other = |pair: &&str| {
        url::form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(other, _)| other != name)
    };
    let others: Vec<&str> = url.query().unwrap_or_default().split('&').filter(is_other).collect();
    let others = others.join("&");
    url.set_query(Some(&others).filter(|others| !others.is_empty()).map(String::as_str));
    url.query_pairs_mut().append_pair(name, value);
}
