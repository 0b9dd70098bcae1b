//! Whole HTTP requests and their answers: the one way out, for the vendor's API and for JupiterOne's.

mod network;

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use j1_core::{Error, Result};
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

use crate::provider::{Hosts, Limits};
use crate::recordings::replay::Recordings;

/// The largest answer, in bytes; a page is far smaller.
pub(crate) const LONGEST_ANSWER: usize = 256 * 1024 * 1024;

/// Where answers come from: the network, recordings, or a function.
#[derive(Clone)]
pub struct Http {
    transport: Transport,
    /// Who is told of each exchange.
    tap: Option<Arc<dyn Tap>>,
    /// What lets requests through to each host.
    hosts: Arc<Hosts>,
}

#[derive(Clone)]
enum Transport {
    Network { agent: Arc<str>, client: reqwest::Client },
    Replay(Arc<Recordings>),
    Service(Arc<Service>),
}

type Service = dyn Fn(Outgoing) -> Answered + Send + Sync;
type Answered = Pin<Box<dyn Future<Output = Result<Incoming, Unanswered>> + Send>>;

/// Is told of what was asked and answered.
pub(crate) trait Tap: Send + Sync {
    /// A request was answered.
    fn answered(&self, exchange: &Exchange<'_>);
}

/// A request and its answer.
pub(crate) struct Exchange<'e> {
    pub request: &'e Outgoing,
    pub answer: &'e Incoming,
    /// When the request was made.
    pub began: SystemTime,
    /// How long it took until the whole answer was there.
    pub took: Duration,
}

/// A request as it goes out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// Where to, with its query.
    pub url: Url,
    /// All headers but those that HTTP itself needs. Secret ones are marked as such.
    pub headers: HeaderMap,
    /// The body, as it is sent. To clone it copies nothing.
    pub body: Bytes,
}

/// What came back for a request.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The status, such as 200.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, decompressed.
    pub body: Bytes,
}

/// Why nothing came back, or not all of it.
#[derive(Debug)]
pub enum Unanswered {
    /// The connection failed, ended early or took too long: the request may have been taken or not.
    Lost(Box<dyn std::error::Error + Send + Sync>),
    /// The answer is longer than can be held.
    TooLarge,
    /// It was not sent at all, such as a request that has no recording.
    Unsent(Error),
}

/// The host of an address, with its port where it names one.
pub(crate) fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

impl Incoming {
    /// A header's value, if there is one that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Http {
    /// Answers from the network. `agent` names the integration to the server.
    ///
    /// # Errors
    /// When the platform's certificates cannot be read.
    pub fn network(agent: &str) -> Result<Self> {
        Ok(Self::over(Transport::Network { agent: agent.into(), client: network::client(agent, None)? }))
    }

    /// The same, trusting these certificates as well, in PEM: for a vendor whose certificate is signed by a company's
    /// own authority. Of what does not go over the network it changes nothing.
    ///
    /// # Errors
    /// `J1-R1008` when the text is no certificate.
    pub fn trusting(mut self, certificates: &str) -> Result<Self> {
        if let Transport::Network { agent, client } = &mut self.transport {
            *client = network::client(agent, Some(certificates))?;
        }
        Ok(self)
    }

    /// Answers from recordings; nothing goes over the network.
    #[must_use]
    pub fn replay(recordings: Recordings) -> Self {
        Self::replaying(Arc::new(recordings))
    }

    pub(crate) fn replaying(recordings: Arc<Recordings>) -> Self {
        Self::over(Transport::Replay(recordings))
    }

    fn over(transport: Transport) -> Self {
        Self { transport, tap: None, hosts: Arc::default() }
    }

    /// The same, with somebody who is told of each exchange.
    pub(crate) fn tapped(mut self, tap: Arc<dyn Tap>) -> Self {
        self.tap = Some(tap);
        self
    }

    /// Answers from a function; nothing goes over the network. For tests, which can so answer under tokio's
    /// paused time.
    pub fn service<F, A>(answer: F) -> Self
    where
        F: Fn(Outgoing) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Incoming, Unanswered>> + Send + 'static,
    {
        Self::over(Transport::Service(Arc::new(move |outgoing| Box::pin(answer(outgoing)))))
    }

    /// The same, within limits that an operator sets instead of those that the integration declares.
    #[must_use]
    pub fn limited_by_operator(self, limits: Limits) -> Self {
        Self { hosts: Arc::new(Hosts::with(limits)), ..self }
    }

    /// What lets requests through to each host.
    pub(crate) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Whether waiting between requests makes sense: recordings answer as they always do.
    pub(crate) fn waits(&self) -> bool {
        !matches!(self.transport, Transport::Replay(_))
    }

    /// Sends a request, and reads the whole answer within this time.
    ///
    /// # Errors
    /// When there is no whole answer. A status that tells of an error is an answer.
    pub(crate) async fn exchange(&self, request: Outgoing, within: Duration) -> Result<Incoming, Unanswered> {
        let (tapped, began, clock) =
            (self.tap.as_ref().map(|tap| (tap, request.clone())), SystemTime::now(), Instant::now());
        let answer = async {
            match &self.transport {
                Transport::Network { client, .. } => network::exchange(client, request).await,
                Transport::Replay(recordings) => recordings.answer(&request).map_err(Unanswered::Unsent),
                Transport::Service(answer) => answer(request).await,
            }
        };
        match tokio::time::timeout(within, answer).await {
            Ok(answer) => {
                if let (Some((tap, request)), Ok(answer)) = (&tapped, &answer) {
                    tap.answered(&Exchange { request, answer, began, took: clock.elapsed() });
                }
                answer
            }
            Err(_) => {
                Err(Unanswered::Lost(format!("nothing came within {} seconds", within.as_secs_f32()).into()))
            }
        }
    }
}
