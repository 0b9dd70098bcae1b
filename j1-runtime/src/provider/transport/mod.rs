//! Sends HTTP requests and reads whole responses: every request to the provider and to JupiterOne goes through here.

mod network;
mod trust;

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use j1_core::{Error, Result};
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::runtime::Id;
use url::Url;

use crate::index::Budget;
use crate::observe::strays;
use crate::provider::{Hosts, Limits};

/// The maximum size of a response in bytes; a page is far smaller.
pub(crate) const MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

/// The transport of requests: the network, recordings, or a function.
#[derive(Clone)]
pub struct Http {
    transport: Transport,
    /// Observes each exchange.
    tap: Option<Arc<dyn Tap>>,
    /// The limiters of the hosts.
    hosts: Arc<Hosts>,
    /// The memory for what is remembered of records.
    memory: Arc<Budget>,
    /// The runtime of the runs that it is for.
    home: Option<Id>,
}

#[derive(Clone)]
enum Transport {
    Network { agent: Arc<str>, client: reqwest::Client },
    Replay(Arc<dyn Replay>),
    Service(Arc<Service>),
}

type Service = dyn Fn(Outgoing) -> Answered + Send + Sync;
type Answered = Pin<Box<dyn Future<Output = Result<Incoming, Unanswered>> + Send>>;

/// Responds to requests with the recorded responses of a provider.
pub(crate) trait Replay: Send + Sync {
    /// Returns the recorded response.
    ///
    /// # Errors
    /// If there is no recording of the request.
    fn answer(&self, request: &Outgoing) -> Result<Incoming>;
}

/// Observes requests and their responses.
pub(crate) trait Tap: Send + Sync {
    /// Called after each response.
    fn answered(&self, exchange: &Exchange<'_>);
}

/// A request and its response.
pub(crate) struct Exchange<'e> {
    pub request: &'e Outgoing,
    pub answer: &'e Incoming,
    /// The time of the request.
    pub began: SystemTime,
    /// The time until the whole response was received.
    pub took: Duration,
}

/// A request as it is sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The URL with its query.
    pub url: Url,
    /// All headers but those that HTTP itself needs. Secret ones are marked as such.
    pub headers: HeaderMap,
    /// The body as it is sent. A clone copies nothing.
    pub body: Bytes,
}

/// The response to a request.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The status, such as 200.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, decompressed.
    pub body: Bytes,
}

/// The reason for a missing or incomplete response.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unanswered {
    /// The connection failed, ended early or took too long: the request may have taken effect or not.
    Lost(Box<dyn std::error::Error + Send + Sync>),
    /// The response is larger than allowed.
    TooLarge,
    /// The request was not sent at all, such as one without a recording.
    Unsent(Error),
}

/// The host of a URL, with its port if it names one.
pub(crate) fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

impl Incoming {
    /// The value of a header, if it is ASCII text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Http {
    /// Sends requests over the network. `agent` names the integration to the server.
    ///
    /// # Errors
    /// If the platform's certificates cannot be read.
    pub fn network(agent: &str) -> Result<Self> {
        Ok(Self::over(Transport::Network { agent: agent.into(), client: network::client(agent, None)? }))
    }

    /// Trusts these certificates as well, in PEM: those of a company's own authority, or the self-signed one of an
    /// appliance. Has no effect on other transports than the network.
    ///
    /// # Errors
    /// `J1-R1008` if the text is not a certificate.
    pub fn trusting(mut self, certificates: &str) -> Result<Self> {
        if let Transport::Network { agent, client } = &mut self.transport {
            *client = network::client(agent, Some(certificates))?;
        }
        Ok(self)
    }

    /// Takes the responses from recordings; nothing is sent over the network.
    pub(crate) fn replaying(recordings: Arc<dyn Replay>) -> Self {
        Self::over(Transport::Replay(recordings))
    }

    fn over(transport: Transport) -> Self {
        Self { transport, tap: None, hosts: Arc::default(), memory: Arc::default(), home: strays::here() }
    }

    /// Belongs to the runs on the runtime of the current task.
    pub(crate) fn of_this_runtime(&self) -> Self {
        Self { home: strays::here(), ..self.clone() }
    }

    /// The runtime of the runs that it is for.
    pub(crate) const fn home(&self) -> Option<Id> {
        self.home
    }

    /// Adds an observer of each exchange.
    pub(crate) fn tapped(mut self, tap: Arc<dyn Tap>) -> Self {
        self.tap = Some(tap);
        self
    }

    /// Responds with a function; nothing is sent over the network. For tests, also under tokio's paused time.
    pub fn service<F, A>(answer: F) -> Self
    where
        F: Fn(Outgoing) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Incoming, Unanswered>> + Send + 'static,
    {
        Self::over(Transport::Service(Arc::new(move |outgoing| Box::pin(answer(outgoing)))))
    }

    /// Sets the limits of the operator, which replace those that the integration declares.
    #[must_use]
    pub fn limited_by_operator(self, limits: Limits) -> Self {
        Self { hosts: Arc::new(Hosts::with_operator(limits)), ..self }
    }

    /// Uses only this part of every limit: the rest is for other processes.
    #[must_use]
    pub(crate) fn sharing(self, share: f64) -> Self {
        Self { hosts: Arc::new(self.hosts.shared(share)), ..self }
    }

    /// Shares this memory with everything else that grows with the number of records.
    #[must_use]
    pub(crate) fn within(self, memory: Arc<Budget>) -> Self {
        Self { memory, ..self }
    }

    /// The memory for what is remembered of records.
    pub(crate) const fn memory(&self) -> &Arc<Budget> {
        &self.memory
    }

    /// The limiters of the hosts.
    pub(crate) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Returns `true` if waiting between requests makes sense; recordings need no pauses.
    pub(crate) fn waits(&self) -> bool {
        !matches!(self.transport, Transport::Replay(_))
    }

    /// Sends a request, and reads the whole response within this time and size.
    ///
    /// # Errors
    /// If there is no whole response. A response with an error status is one.
    pub(crate) async fn exchange(
        &self,
        request: Outgoing,
        within: Duration,
        max_bytes: usize,
    ) -> Result<Incoming, Unanswered> {
        let (tapped, began, clock) =
            (self.tap.as_ref().map(|tap| (tap, request.clone())), SystemTime::now(), Instant::now());
        let answer = async {
            match &self.transport {
                Transport::Network { client, .. } => network::exchange(client, request, max_bytes).await,
                Transport::Replay(recordings) => recordings.answer(&request).map_err(Unanswered::Unsent),
                Transport::Service(answer) => answer(request).await,
            }
        };
        match tokio::time::timeout(within, answer).await {
            Ok(Ok(answer)) if answer.body.len() > max_bytes => Err(Unanswered::TooLarge),
            Ok(answer) => {
                if let (Some((tap, request)), Ok(answer)) = (&tapped, &answer) {
                    tap.answered(&Exchange { request, answer, began, took: clock.elapsed() });
                }
                answer
            }
            Err(_) => {
                Err(Unanswered::Lost(format!("no response within {} seconds", within.as_secs_f32()).into()))
            }
        }
    }
}
