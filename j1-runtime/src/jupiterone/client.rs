//! One client for every call of the Sync API.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result, Secret};
use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderValue};
use serde::Serialize;
use tokio::time::Instant;
use tracing::{Instrument as _, Span};
use url::Url;

use crate::code;
use crate::jupiterone::UploadLimits;
use crate::jupiterone::sent::{Sent, Uploads};
use crate::jupiterone::wire::{
    Abort, ErrorAnswer, EventBody, EventsBody, Finalize, Job, JobAnswer, Opening, PartialDatasets, Received,
    ReceivedAnswer, Start,
};
use crate::observe::trace;
use crate::provider::retry::{Policy, is_temporary, retry_after};
use crate::provider::transport::{Http, Incoming, MAX_RESPONSE_BYTES, Outgoing, Unanswered};
use crate::redact;

/// The longest time that JupiterOne may take for one response.
const TIMEOUT: Duration = Duration::from_mins(2);
/// The longest time that a finalized job is waited for.
pub(crate) const LONGEST_FINALIZE: Duration = Duration::from_mins(30);
const JOBS: &str = "persister/synchronization/jobs";

/// The credentials of the run at JupiterOne.
pub(crate) struct Credentials {
    pub base: Url,
    pub key: Secret<String>,
    /// The integration instance; none where the source is `api`.
    pub instance: Option<String>,
    /// The scope of the source `api`.
    pub scope: Option<String>,
    pub account: Option<String>,
}

/// The Sync API.
pub(crate) struct SyncClient {
    http: Http,
    credentials: Credentials,
    limits: UploadLimits,
    sent: Sent,
}

/// The result of an upload.
pub(super) enum Uploaded {
    /// JupiterOne has received it.
    Received,
    /// It was too large for one request.
    TooLarge,
}

/// Jobs that requests to start one may have left open.
#[derive(Default)]
struct LeftOpen {
    /// Their ids, where JupiterOne named them.
    ids: Vec<String>,
    /// The number of requests after which one may be open, its id unknown.
    unnamed: u32,
}

/// A request body, encoded once and sent again as it was.
struct Body {
    bytes: Bytes,
    gzip: bool,
    correlation: Option<String>,
}

struct Refusal {
    status: u16,
    code: String,
    error: Error,
}

impl SyncClient {
    pub fn new(credentials: Credentials, http: Http, limits: UploadLimits) -> Self {
        Self { http, credentials, limits, sent: Sent::default() }
    }

    /// Returns the limits of one request.
    pub const fn limits(&self) -> &UploadLimits {
        &self.limits
    }

    /// Returns the counts of what was sent so far.
    pub fn sent(&self) -> Uploads {
        self.sent.so_far()
    }

    /// Starts a job. A start that JupiterOne answers with an error of its own is sent again: a job that it left open
    /// changes nothing, and is aborted where JupiterOne names it.
    pub async fn start(&self, opening: Opening<'_>) -> Result<Job> {
        let start = Start {
            source: opening.source.as_str(),
            integration_instance_id: self.instance(),
            scope: opening.scope,
            sync_mode: opening.mode,
        };
        let left_open = Mutex::new(LeftOpen::default());
        let body = Body::json(&start)?;
        let started = self.call(Method::POST, "", Some(&body), Some(&left_open)).await;
        let started = started.map_err(|refusal| refusal.error).and_then(|response| job_of(&response));
        let left_open = left_open.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.close(left_open, started.as_ref().ok().map(|job| job.id.as_str())).await;
        started
    }

    /// Aborts the jobs that a start left open; names those that it cannot abort.
    async fn close(&self, left_open: LeftOpen, started: Option<&str>) {
        for id in left_open.ids.iter().filter(|id| Some(id.as_str()) != started) {
            if let Err(error) =
                self.abort(id, "the request that started this job was answered with an error").await
            {
                tracing::warn!(
                    "job {id} may have been left open; it changes nothing unless it is finalized: {error}"
                );
            }
        }
        if left_open.unnamed > 0 {
            tracing::warn!(
                "{} requests to start a job were answered with an error, and may have left a job open; it changes \
                 nothing unless it is finalized",
                left_open.unnamed
            );
        }
    }

    /// Returns the job as JupiterOne describes it now.
    pub async fn status(&self, job: &str) -> Result<Job> {
        job_of(&self.get(job).await?)
    }

    /// Returns the job, and the numbers of entities and relationships that it has received; `None` for a number that
    /// JupiterOne does not say.
    pub async fn received(&self, job: &str) -> Result<(Job, [Option<u64>; 2])> {
        let response = self.get(job).await?;
        let job = job_of(&response)?;
        let counts = serde_json::from_slice::<ReceivedAnswer>(&response).map(|answer| answer.job);
        let unsaid = Received { num_entities_uploaded: None, num_relationships_uploaded: None };
        let Received { num_entities_uploaded, num_relationships_uploaded } = counts.unwrap_or(unsaid);
        Ok((job, [num_entities_uploaded, num_relationships_uploaded]))
    }

    async fn get(&self, job: &str) -> Result<Bytes> {
        let response = self.call(Method::GET, &format!("/{job}"), None, None).await;
        response.map_err(|refusal| refusal.error)
    }

    /// Finalizes a job: JupiterOne compares what it received with what it holds, but leaves the partial types alone.
    pub async fn finalize(&self, job: &str, partial: &[String]) -> Result<Job> {
        let finalize = Finalize { partial_datasets: PartialDatasets { types: partial } };
        self.post_job(&format!("/{job}/finalize"), &finalize).await
    }

    /// Aborts a job; nothing changes.
    pub async fn abort(&self, job: &str, reason: &str) -> Result<Job> {
        self.post_job(&format!("/{job}/abort"), &Abort { reason }).await
    }

    /// Polls a finalized job until it has ended, but no longer than [`LONGEST_FINALIZE`].
    pub async fn wait(&self, mut job: Job) -> Result<Job> {
        let deadline = Instant::now() + LONGEST_FINALIZE;
        let mut pause = Duration::from_millis(100);
        while !job.has_ended() {
            if Instant::now() >= deadline {
                let message = format!(
                    "job {} is still {} after {} minutes and goes on in JupiterOne; look at it there",
                    job.id,
                    job.status,
                    LONGEST_FINALIZE.as_secs() / 60
                );
                return Err(Error::new(Kind::Upload, code::UPLOAD, message));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
            job = self.status(&job.id).await?;
        }
        Ok(job)
    }

    /// Sends objects, already serialised and separated by commas.
    pub(super) async fn upload(&self, job: &str, kind: ObjectKind, objects: &[u8]) -> Result<Uploaded> {
        let (path, member) = match kind {
            ObjectKind::Entity => ("entities", &b"{\"entities\":["[..]),
            ObjectKind::Relationship => ("relationships", &b"{\"relationships\":["[..]),
        };
        let mut body = Body::encode(&[member, objects, b"]}"], self.limits.gzip_from)?;
        body.correlation = Some(uuid::Uuid::new_v4().to_string());
        match self.call(Method::POST, &format!("/{job}/{path}"), Some(&body), None).await {
            Ok(response) => {
                let answered = job_of(&response)?;
                if answered.id == job {
                    return Ok(Uploaded::Received);
                }
                let message = format!("an upload to job {job} was answered for job {}", answered.id);
                Err(Error::new(Kind::Upload, code::REFUSED, message))
            }
            Err(refusal) if refusal.status == 413 || refusal.code == "RequestEntityTooLargeException" => {
                Ok(Uploaded::TooLarge)
            }
            Err(refusal) => Err(refusal.error),
        }
    }

    /// Tells the people who look at a job.
    pub(super) async fn events(&self, job: &str, events: &[EventBody]) -> Result<()> {
        // A job of the source `api` is no integration's, and has no events.
        if self.credentials.instance.is_none() {
            return Ok(());
        }
        let body = Body::json(&EventsBody { events })?;
        let (path, url) = self.of_jobs(&format!("/{job}/events"));
        let call = Call { body: Some(&body), ..Call::new(Method::POST, &path, url) };
        self.send(call).await.map(drop).map_err(|refusal| refusal.error)
    }

    async fn post_job<T: Serialize + Sync>(&self, path: &str, body: &T) -> Result<Job> {
        let body = Body::json(body)?;
        let response = self.call(Method::POST, path, Some(&body), None).await;
        job_of(&response.map_err(|refusal| refusal.error)?)
    }

    /// Sends a request to JupiterOne's query API, which is beside the jobs; `None` if there is none at this URL.
    pub(super) async fn graphql(&self, question: &serde_json::Value) -> Result<Option<Bytes>> {
        let body = Body::json(question)?;
        let url = format!("{}/graphql", self.credentials.base.as_str().trim_end_matches('/'));
        let call = Call { body: Some(&body), ..Call::new(Method::POST, "/graphql", url) };
        match self.send(call).await {
            Ok(response) => Ok(Some(response)),
            Err(Refusal { status: 404 | 405 | 501, .. }) => Ok(None),
            Err(refusal) => Err(refusal.error),
        }
    }

    /// Fetches what an address that JupiterOne gave holds. The key stays here: such an address needs none, and may be
    /// on anybody's server.
    pub(super) async fn fetch(&self, url: &Url) -> Result<Bytes> {
        let call = Call { keyed: false, ..Call::new(Method::GET, "the result of a query", url.to_string()) };
        self.send(call).await.map_err(|refusal| refusal.error)
    }

    /// The integration instance that this is for.
    pub(crate) fn instance(&self) -> Option<&str> {
        self.credentials.instance.as_deref()
    }

    /// The scope that the data belongs to: the instance, or the scope of the source `api`.
    pub(crate) fn scope(&self) -> &str {
        self.credentials.instance.as_ref().or(self.credentials.scope.as_ref()).map_or("", String::as_str)
    }

    /// Returns the path and the URL of a request about jobs.
    fn of_jobs(&self, path: &str) -> (String, String) {
        let base = self.credentials.base.as_str().trim_end_matches('/');
        (format!("/{JOBS}{path}"), format!("{base}/{JOBS}{path}"))
    }

    /// Sends a request about a job, and returns the response: JSON with a `job`.
    async fn call(
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

    /// Sends a request until it is answered, or asking again would not help.
    async fn send(&self, call: Call<'_>) -> Result<Bytes, Refusal> {
        let (span, began) = (trace::jupiterone_request(&call.name), Instant::now());
        let answered = self.until_answered(call, &span).instrument(span.clone()).await;
        trace::took(&span, began);
        answered
    }

    async fn until_answered(&self, call: Call<'_>, span: &Span) -> Result<Bytes, Refusal> {
        let (policy, mut attempt) = (Policy::STANDARD, 1);
        loop {
            // The answer to the request before may be what was lost: what JupiterOne has taken of it already
            // is then no duplicate.
            let again = if attempt > 1 && call.body.is_some_and(|body| body.correlation.is_some()) {
                "?ignoreDuplicates=true"
            } else {
                ""
            };
            self.sent.count(attempt > 1, call.body.map_or(0, |body| body.bytes.len()));
            let answer = self.once(&call, again).await;
            span.record("requests", attempt)
                .record("status", answer.as_ref().map_or(0, |answer| answer.status));
            let (wait, refusal) = match answer {
                Ok(answer) if (200..300).contains(&answer.status) => {
                    if !call.expects_job || job_of(&answer.body).is_ok() {
                        return Ok(answer.body);
                    }
                    // A proxy or a firewall may have answered in JupiterOne's place: nothing says that it was received.
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

    /// Says who asks.
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
struct Call<'b> {
    method: Method,
    /// The name in messages.
    name: String,
    url: String,
    body: Option<&'b Body>,
    /// `true` if it carries the API key.
    keyed: bool,
    /// Only JSON with a `job` is a success.
    expects_job: bool,
    /// Jobs that this request may have left open; for a request to start one.
    left_open: Option<&'b Mutex<LeftOpen>>,
}

impl Call<'_> {
    fn new(method: Method, path: &str, url: String) -> Self {
        Self {
            name: format!("{method} {path}"),
            method,
            url,
            body: None,
            keyed: true,
            expects_job: false,
            left_open: None,
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
            // With these JupiterOne says that it did nothing.
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
    fn json<T: Serialize>(body: &T) -> Result<Self> {
        Ok(Self { bytes: serde_json::to_vec(body)?.into(), gzip: false, correlation: None })
    }

    fn encode(parts: &[&[u8]], gzip_from: usize) -> Result<Self> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length < gzip_from {
            return Ok(Self { bytes: parts.concat().into(), gzip: false, correlation: None });
        }
        let mut encoder = GzEncoder::new(Vec::with_capacity(length / 4), Compression::fast());
        for part in parts {
            encoder.write_all(part)?;
        }
        Ok(Self { bytes: encoder.finish()?.into(), gzip: true, correlation: None })
    }
}

fn job_of(answer: &[u8]) -> Result<Job> {
    let answer: JobAnswer = serde_json::from_slice(answer).map_err(|error| {
        Error::new(Kind::Upload, code::REFUSED, "the response is not JSON with a `job`").caused_by(error)
    })?;
    Ok(answer.job)
}

/// A success that JupiterOne cannot have sent.
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
