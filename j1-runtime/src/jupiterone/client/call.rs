//! One exchange with JupiterOne: repeats a request until there is a response, or another attempt would not help.
//!
//! Two requests must not be repeated blindly. An upload that is sent again says so (`ignoreDuplicates`), because the lost
//! response may have been a success. A start without a response is not sent again, because each one opens a job.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::{Error, Result};
use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderValue};
use serde::Serialize;
use tokio::time::Instant;
use tracing::{Instrument as _, Span};
use url::Url;

use super::SyncClient;
use super::gzip::Gzip;
use crate::code;
use crate::jupiterone::pace::Pace;
use crate::jupiterone::wire::{ErrorAnswer, Job, JobAnswer};
use crate::observe::trace;
use crate::provider::retry::{Policy, is_temporary, retry_after};
use crate::provider::transport::{Incoming, MAX_RESPONSE_BYTES, Outgoing, Unanswered};
use crate::redact;

/// The longest time that JupiterOne may take for one response.
const TIMEOUT: Duration = Duration::from_mins(2);

/// Jobs that requests to start one may have left open.
#[derive(Default)]
pub(super) struct LeftOpen {
    /// Their ids, where JupiterOne named them.
    pub ids: Vec<String>,
    /// The number of requests after which one may be open, its id unknown.
    pub unnamed: u32,
}

/// A request body, encoded once and sent again as it was.
pub(in crate::jupiterone) struct Body {
    bytes: Bytes,
    gzip: bool,
    pub correlation: Option<String>,
}

/// A request that was not a success, and the error that says so.
pub(super) struct Refusal {
    pub status: u16,
    pub code: String,
    pub error: Error,
}

impl SyncClient {
    /// Sends a request about a job, and returns the response: JSON with a `job`.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Body>,
        left_open: Option<&Mutex<LeftOpen>>,
    ) -> Result<Bytes, Refusal> {
        let (path, url) = self.of_jobs(path);
        let call = Call::new(method, &path, url);
        self.send(Call { body, left_open, expects_job: true, ..call }).await
    }

    /// Sends a request until there is a response, or another attempt would not help.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Bytes, Refusal> {
        let (span, began) = (trace::jupiterone_request(&call.name), Instant::now());
        let answered = self.until_answered(call, &span).instrument(span.clone()).await;
        trace::took(&span, began);
        answered
    }

    async fn until_answered(&self, call: Call<'_>, span: &Span) -> Result<Bytes, Refusal> {
        let (policy, mut attempt) = (Policy::STANDARD, 1);
        loop {
            // The upload may have arrived before, and only the response been lost. The objects that JupiterOne has
            // from it must not count as duplicates.
            let again = if (attempt > 1 || self.repeats)
                && call.body.is_some_and(|body| body.correlation.is_some())
            {
                "?ignoreDuplicates=true"
            } else {
                ""
            };
            self.sent.count(attempt > 1, call.body.map_or(0, |body| body.bytes.len()));
            let sent = Instant::now();
            let answer = self.once(&call, again).await;
            if let (Some(pace), Ok(answer)) = (call.pace, &answer) {
                pace.answered(answer.status, sent, Instant::now());
            }
            span.record("requests", attempt)
                .record("status", answer.as_ref().map_or(0, |answer| answer.status));
            let (wait, refusal) = match answer {
                Ok(answer) if (200..300).contains(&answer.status) => {
                    if !call.expects_job || job_of(&answer.body).is_ok() {
                        return Ok(answer.body);
                    }
                    // A proxy or a firewall may have responded instead of JupiterOne, so nothing proves that it was
                    // received.
                    let wait = call.left_open.is_none().then(|| policy.wait(attempt, None)).flatten();
                    (wait, not_a_job(&call.name, answer.status, &answer.body))
                }
                Ok(answer) => {
                    let said = retry_after(answer.header("retry-after"), SystemTime::now());
                    let again = call.note_left_open(answer.status, &answer.body);
                    let again = again.unwrap_or_else(|| is_temporary(answer.status));
                    let wait = again.then(|| policy.wait(attempt, said)).flatten();
                    (wait, refusal(&call.name, answer.status, &answer.body, attempt))
                }
                Err(why) => {
                    let again = call.may_repeat(never_connected(&why));
                    let message = format!(
                        "`{}` was not answered by {}{}",
                        call.name,
                        self.credentials.base.host_str().unwrap_or_default(),
                        if again { "" } else { NOT_STARTED_AGAIN }
                    );
                    let error = Error::new(Kind::Upload, code::UPLOAD, message);
                    let error = match why {
                        Unanswered::Lost(cause) => error.caused_by(cause),
                        Unanswered::TooLarge => error.caused_by("the answer is too long"),
                        Unanswered::Unsent(error) => error,
                    };
                    let wait = again.then(|| policy.wait(attempt, None)).flatten();
                    (wait, Refusal { status: 0, code: String::new(), error })
                }
            };
            let Some(wait) = wait else { return Err(refusal) };
            tracing::info!(attempt, "asking JupiterOne again: {}", refusal.error);
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn once(&self, call: &Call<'_>, query: &str) -> Result<Incoming, Unanswered> {
        let Call { method, url, body, .. } = call;
        let url = Url::parse(&format!("{url}{query}"))
            .map_err(|error| Unanswered::Unsent(unsendable("the URL").caused_by(error)))?;
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json.clone());
        headers.insert(header::ACCEPT, json);
        if call.keyed {
            self.introduce(&mut headers)?;
        }
        if body.is_some_and(|body| body.gzip) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Some(correlation) = body.and_then(|body| body.correlation.as_deref()) {
            headers.insert("jupiterone-correlation-id", value("the correlation id", correlation)?);
        }
        let body = body.map(|body| body.bytes.clone()).unwrap_or_default();
        self.http
            .exchange(Outgoing { method: method.clone(), url, headers, body }, TIMEOUT, MAX_RESPONSE_BYTES)
            .await
    }

    /// Adds the headers that authenticate the request.
    fn introduce(&self, headers: &mut HeaderMap) -> Result<(), Unanswered> {
        let mut key = value("JUPITERONE_API_KEY", &format!("Bearer {}", self.credentials.key.expose()))?;
        key.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, key);
        if let Some(account) = &self.credentials.account {
            headers.insert("jupiterone-account", value("JUPITERONE_ACCOUNT", account)?);
        }
        Ok(())
    }
}

/// A request to JupiterOne.
pub(super) struct Call<'b> {
    pub method: Method,
    /// The name in messages.
    pub name: String,
    pub url: String,
    pub body: Option<&'b Body>,
    /// `true` if it carries the API key.
    pub keyed: bool,
    /// Only JSON with a `job` is a success.
    pub expects_job: bool,
    /// Jobs that this request may have left open; for a request to start one.
    pub left_open: Option<&'b Mutex<LeftOpen>>,
    /// Learns from the responses; for an upload.
    pub pace: Option<&'b Pace>,
}

impl Call<'_> {
    pub(super) fn new(method: Method, path: &str, url: String) -> Self {
        Self {
            name: format!("{method} {path}"),
            method,
            url,
            body: None,
            keyed: true,
            expects_job: false,
            left_open: None,
            pace: None,
        }
    }

    /// Returns `true` if the request may be sent again without a response; `untaken` if it never arrived.
    ///
    /// A start without a response is not sent again: it may have arrived many times.
    const fn may_repeat(&self, untaken: bool) -> bool {
        untaken || self.left_open.is_none()
    }

    /// Notes the job that a request to start one may have left open; returns if it is sent again. `None` for other
    /// requests.
    fn note_left_open(&self, status: u16, body: &[u8]) -> Option<bool> {
        let mut left_open = self.left_open?.lock().unwrap_or_else(PoisonError::into_inner);
        let named = serde_json::from_slice::<ErrorAnswer>(body).ok().and_then(|answer| answer.job);
        match (named, status) {
            (Some(job), _) => left_open.ids.push(job.id),
            // With these statuses JupiterOne says that it did nothing.
            (None, 429 | 503) => {}
            (None, 500..) => left_open.unnamed += 1,
            (None, _) => {}
        }
        Some(matches!(status, 429 | 500..))
    }
}

/// The end of the message about a start without a response.
const NOT_STARTED_AGAIN: &str =
    "; a job may be open now, which changes nothing, so no second one was started; run again";

/// Returns `true` if the request did not leave this machine.
fn never_connected(why: &Unanswered) -> bool {
    match why {
        Unanswered::Lost(cause) => {
            cause.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect)
        }
        Unanswered::TooLarge => false,
        Unanswered::Unsent(_) => true,
    }
}

fn value(name: &str, text: &str) -> Result<HeaderValue, Unanswered> {
    HeaderValue::from_str(text).map_err(|_| Unanswered::Unsent(unsendable(name)))
}

fn unsendable(name: &str) -> Error {
    let message = format!("{name} has a character that HTTP does not carry; check it");
    Error::new(Kind::Config, code::CONFIG, message)
}

impl Body {
    pub(super) fn json<T: Serialize>(body: &T) -> Result<Self> {
        Ok(Self::plain(serde_json::to_vec(body)?.into()))
    }

    /// A body that is sent as it is.
    pub fn plain(bytes: Bytes) -> Self {
        Self { bytes, gzip: false, correlation: None }
    }

    pub(super) fn encode(parts: &[&[u8]], gzip: Option<&Gzip>) -> Result<Self> {
        let bytes = match gzip {
            Some(gzip) => gzip.compress(parts)?,
            None => parts.concat(),
        };
        Ok(Self { bytes: bytes.into(), gzip: gzip.is_some(), correlation: None })
    }
}

pub(super) fn job_of(answer: &[u8]) -> Result<Job> {
    let answer: JobAnswer = serde_json::from_slice(answer).map_err(|error| {
        Error::new(Kind::Upload, code::REFUSED, "the response is not JSON with a `job`").caused_by(error)
    })?;
    Ok(answer.job)
}

/// Returns the error for a success that JupiterOne cannot have sent.
fn not_a_job(name: &str, status: u16, body: &[u8]) -> Refusal {
    let message = format!(
        "the response to `{name}` has status {status} but is not JupiterOne's: it is not JSON with a `job`. Check for a \
         proxy or firewall that answers in its place{}",
        redact::excerpt(body)
    );
    Refusal { status, code: String::new(), error: Error::new(Kind::Upload, code::UPLOAD, message) }
}

fn refusal(name: &str, status: u16, answer: &[u8], attempts: u32) -> Refusal {
    let said: ErrorAnswer = serde_json::from_slice(answer).unwrap_or_default();
    let hint = match status {
        401 | 403 => "; check JUPITERONE_API_KEY and JUPITERONE_ACCOUNT",
        404 => "; check JUPITERONE_API_BASE and JUPITERONE_INTEGRATION_INSTANCE_ID",
        _ => "",
    };
    let what = match (said.error.code.is_empty(), said.error.message.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(": {}", said.error.message),
        (false, _) => format!(": {} ({})", said.error.message, said.error.code),
    };
    let tries = if attempts > 1 { format!(" after {attempts} requests") } else { String::new() };
    let code = match said.error.code.as_str() {
        "JOB_NOT_AWAITING_UPLOADS" => code::JOB_ENDED,
        _ if is_temporary(status) => code::UPLOAD,
        _ => code::REFUSED,
    };
    let message = format!("JupiterOne answered `{name}` with {status}{tries}{what}{hint}");
    Refusal { status, code: said.error.code, error: Error::new(Kind::Upload, code, message) }
}
