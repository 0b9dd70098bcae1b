//! The client for every call of the Sync API.

mod call;
mod gzip;

pub(super) use call::Body;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result, Secret};
use reqwest::Method;
use serde::Serialize;
use tokio::time::Instant;
use url::{Host, Url};

use crate::code;
use crate::jupiterone::UploadLimits;
use crate::jupiterone::client::call::{Call, LeftOpen, Refusal, job_of};
use crate::jupiterone::client::gzip::Gzip;
use crate::jupiterone::pace::Pace;
use crate::jupiterone::sent::{Sent, Uploads};
use crate::jupiterone::wire::{
    Abort, EventBody, EventsBody, Finalize, Job, Opening, PartialDatasets, Received, ReceivedAnswer, Start,
};
use crate::provider::transport::Http;

/// The longest time to wait until a finalized job has ended.
pub(crate) const LONGEST_FINALIZE: Duration = Duration::from_mins(30);
const JOBS: &str = "persister/synchronization/jobs";

/// The credentials of the run at JupiterOne.
pub(crate) struct Credentials {
    pub base: Url,
    pub key: Secret<String>,
    /// The integration instance; `None` for the source `api`.
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
    gzip: Gzip,
    /// `true` if another process may have uploaded the same objects before.
    repeats: bool,
}

/// The result of an upload.
pub(super) enum Uploaded {
    /// JupiterOne has received it.
    Received,
    /// It was too large for one request.
    TooLarge,
}

impl SyncClient {
    pub fn new(credentials: Credentials, http: Http, limits: UploadLimits) -> Self {
        Self { http, credentials, limits, sent: Sent::default(), gzip: Gzip::default(), repeats: false }
    }

    /// Uploads objects that another process may have uploaded before: the same object again is not a duplicate.
    pub fn repeating(self) -> Self {
        Self { repeats: true, ..self }
    }

    /// Returns the limits of one request.
    pub const fn limits(&self) -> &UploadLimits {
        &self.limits
    }

    /// Returns the counts of what was sent so far.
    pub fn sent(&self) -> Uploads {
        self.sent.so_far()
    }

    /// Starts a job. The request is sent again if JupiterOne responds with 429 or a server error: a job that such a
    /// request left open changes nothing, and is aborted if the response names it.
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
        own_job(job, &self.get(job).await?)
    }

    /// Returns a job that takes uploads; `None` if it has ended, or JupiterOne does not have it any more.
    pub async fn open_job(&self, job: &str) -> Result<Option<Job>> {
        match self.call(Method::GET, &format!("/{job}"), None, None).await {
            Ok(response) => Ok(Some(job_of(&response)?).filter(Job::takes_uploads)),
            Err(Refusal { status: 404, .. }) => Ok(None),
            Err(refusal) => Err(refusal.error),
        }
    }

    /// Returns the job, and the numbers of entities and relationships that it has received; `None` for a number that
    /// the response leaves out.
    pub async fn received(&self, job: &str) -> Result<(Job, [Option<u64>; 2])> {
        let response = self.get(job).await?;
        let job = own_job(job, &response)?;
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
        self.post_job(job, "finalize", &finalize).await
    }

    /// Aborts a job; nothing changes.
    pub async fn abort(&self, job: &str, reason: &str) -> Result<Job> {
        self.post_job(job, "abort", &Abort { reason }).await
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

    /// Returns `true` if so many bytes of objects are compressed.
    pub(super) fn compresses(&self, kind: ObjectKind, objects: usize) -> bool {
        let (before, behind) = around(kind);
        before.len() + objects + behind.len() >= self.limits.gzip_from
    }

    /// Sends objects, already serialised and separated by commas; `pace` learns from the responses.
    pub(super) async fn upload(
        &self,
        pace: &Pace,
        job: &str,
        kind: ObjectKind,
        objects: &[u8],
    ) -> Result<Uploaded> {
        let (before, behind) = around(kind);
        let gzip = self.compresses(kind, objects.len()).then_some(&self.gzip);
        let body = Body::encode(&[before, objects, behind], gzip)?;
        self.upload_body(pace, job, kind, body).await
    }

    /// Sends a body with objects of this kind.
    pub(super) async fn upload_body(
        &self,
        pace: &Pace,
        job: &str,
        kind: ObjectKind,
        mut body: Body,
    ) -> Result<Uploaded> {
        body.correlation = Some(uuid::Uuid::new_v4().to_string());
        let (path, url) = self.of_jobs(&format!("/{job}/{}", path(kind)));
        let call = Call::new(Method::POST, &path, url);
        match self.send(Call { body: Some(&body), expects_job: true, pace: Some(pace), ..call }).await {
            Ok(response) => own_job(job, &response).map(|_| Uploaded::Received),
            Err(refusal) if refusal.status == 413 || refusal.code == "RequestEntityTooLargeException" => {
                Ok(Uploaded::TooLarge)
            }
            Err(refusal) => Err(refusal.error),
        }
    }

    /// Sends events to a job, for the people who look at it.
    pub(super) async fn events(&self, job: &str, events: &[EventBody]) -> Result<()> {
        // A job of the source `api` does not belong to an integration, and has no events.
        if self.credentials.instance.is_none() {
            return Ok(());
        }
        let body = Body::json(&EventsBody { events })?;
        let (path, url) = self.of_jobs(&format!("/{job}/events"));
        let call = Call { body: Some(&body), ..Call::new(Method::POST, &path, url) };
        self.send(call).await.map(drop).map_err(|refusal| refusal.error)
    }

    async fn post_job<T: Serialize + Sync>(&self, job: &str, action: &str, body: &T) -> Result<Job> {
        let body = Body::json(body)?;
        let response = self.call(Method::POST, &format!("/{job}/{action}"), Some(&body), None).await;
        own_job(job, &response.map_err(|refusal| refusal.error)?)
    }

    /// Sends a request to JupiterOne's query API, below the same base URL as the jobs; `None` if it does not exist
    /// there.
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

    /// Returns a page of the mapped relationships of an instance, from a stand-in for JupiterOne; `None` if it has no such
    /// list.
    pub(super) async fn mapped_relationships(&self, instance: &str, after: i64) -> Result<Option<Bytes>> {
        const PATH: &str = "local/mapped-relationships";
        let base = self.credentials.base.as_str().trim_end_matches('/');
        let Ok(mut url) = Url::parse(&format!("{base}/{PATH}")) else { return Ok(None) };
        url.query_pairs_mut().append_pair("instance", instance).append_pair("after", &after.to_string());
        match self.send(Call::new(Method::GET, PATH, url.to_string())).await {
            Ok(response) => Ok(Some(response)),
            Err(Refusal { status: 404 | 405 | 501, .. }) => Ok(None),
            Err(refusal) => Err(refusal.error),
        }
    }

    /// Downloads from a URL that JupiterOne returned. The API key is not sent: such a URL does not need it, and may be
    /// on any server.
    pub(super) async fn fetch(&self, url: &Url) -> Result<Bytes> {
        let call = Call { keyed: false, ..Call::new(Method::GET, "the result of a query", url.to_string()) };
        self.send(call).await.map_err(|refusal| refusal.error)
    }

    /// Returns the integration instance that the run uploads to.
    pub(crate) fn instance(&self) -> Option<&str> {
        self.credentials.instance.as_deref()
    }

    /// Returns `true` if the base URL points to this machine: the server there stands in for JupiterOne, and may
    /// support less than JupiterOne does.
    pub(crate) fn is_stand_in(&self) -> bool {
        is_on_this_machine(&self.credentials.base)
    }

    /// Returns the scope that the data belongs to: the instance, or the scope of the source `api`.
    pub(crate) fn scope(&self) -> &str {
        self.credentials.instance.as_ref().or(self.credentials.scope.as_ref()).map_or("", String::as_str)
    }

    /// Returns the path and the URL of a request about jobs.
    fn of_jobs(&self, path: &str) -> (String, String) {
        let base = self.credentials.base.as_str().trim_end_matches('/');
        (format!("/{JOBS}{path}"), format!("{base}/{JOBS}{path}"))
    }
}

const fn path(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Entity => "entities",
        ObjectKind::Relationship => "relationships",
    }
}

/// The text around the objects in a request.
pub(super) const fn around(kind: ObjectKind) -> (&'static [u8], &'static [u8]) {
    let before: &[u8] = match kind {
        ObjectKind::Entity => b"{\"entities\":[",
        ObjectKind::Relationship => b"{\"relationships\":[",
    };
    (before, b"]}")
}

/// Reads the response to a request about a job. A cache on the way may respond with another job.
fn own_job(asked: &str, response: &[u8]) -> Result<Job> {
    let job = job_of(response)?;
    if job.id == asked {
        return Ok(job);
    }
    let message = format!(
        "a request about job {asked} was answered for job {}; check for a proxy or cache between this machine and JupiterOne",
        job.id
    );
    Err(Error::new(Kind::Upload, code::REFUSED, message))
}

/// Returns `true` if a URL points to this machine.
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
