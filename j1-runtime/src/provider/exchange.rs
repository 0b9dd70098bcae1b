//! Sends a request, and repeats it as long as that may lead to another response.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use j1_core::Result;
use j1_core::graph::BoxFuture;
use tracing::{Instrument as _, Span};

use crate::observe::progress::Wait;
use crate::observe::stats;
use crate::observe::trace;
use crate::provider::auth::Auth;
use crate::provider::limits::Turn;
use crate::provider::quota::Quota;
use crate::provider::request::Request;
use crate::provider::retry::{Policy, is_temporary};
use crate::provider::transport::{Incoming, Outgoing, Unanswered};

/// The retry policy for a provider that says when to retry, unless that is too late.
const TOLD: Policy =
    Policy { attempts: 10, first_wait: Duration::from_millis(500), longest_wait: Duration::from_mins(15) };
/// The difference between the clocks from which there is a warning: tokens and signatures fail because of it.
const SKEW: Duration = Duration::from_mins(5);

/// The response to a request, and how it came about.
pub(super) struct Exchanged {
    pub incoming: Incoming,
    /// The number of times the request was sent.
    pub requests: u32,
    /// `true` if an attempt before the last can have taken effect although its response was lost or an error.
    pub maybe_taken: bool,
}

impl Request {
    /// Sends the request, and repeats it until it succeeds, or fails in a way that another attempt would not change.
    ///
    /// # Errors
    /// If the request cannot be sent, or no response comes.
    pub(super) fn exchange(&self) -> BoxFuture<'_, Result<Exchanged>> {
        // Boxed, so that it is compiled once, with this crate: an `async fn` is compiled again by who awaits it for his records.
        Box::pin(async move {
            let (span, began) = (trace::provider_request(|| self.name()), tokio::time::Instant::now());
            let exchanged = self.until_answered(&span).instrument(span.clone()).await;
            if let Ok(Exchanged { incoming, .. }) = &exchanged {
                span.record("status", incoming.status).record("bytes", incoming.body.len());
            }
            trace::took(&span, began);
            exchanged
        })
    }

    async fn until_answered(&self, span: &Span) -> Result<Exchanged> {
        let (mut requests, mut refused, mut renewed, mut maybe_taken) = (0, None, false, false);
        loop {
            let (outgoing, token) = self.outgoing(refused.take()).await?;
            requests += 1;
            stats::request(requests > 1);
            span.record("requests", requests);
            let (response, quota) = self.once(outgoing).await?;
            if let Ok(response) = &response
                && response.status == 401
                && token.is_some()
                && !renewed
            {
                // The token may have been revoked, or have expired early.
                (refused, renewed) = (token, true);
                continue;
            }
            let Some(wait) = self.wait(&response, &quota, requests) else {
                let incoming = response.map_err(|why| self.unanswered(why, requests))?;
                return Ok(Exchanged { incoming, requests, maybe_taken });
            };
            maybe_taken |= match &response {
                Ok(response) => !quota.exceeded && response.status != 429,
                Err(_) => true,
            };
            self.pause(&response, requests, wait).await;
        }
    }

    /// Returns the wait before the request is sent again; `None` if it is not.
    fn wait(
        &self,
        response: &Result<Incoming, Unanswered>,
        quota: &Quota,
        requests: u32,
    ) -> Option<Duration> {
        match response {
            Ok(_) if quota.exceeded => {
                let policy = if quota.closed_for().is_some() { TOLD } else { Policy::STANDARD };
                policy.wait(requests, quota.closed_for())
            }
            // A request that was refused for now can be sent again; one that may have taken effect, only if it is
            // repeatable.
            Ok(response)
                if is_temporary(response.status) && (self.may_be_sent_again() || response.status == 503) =>
            {
                Policy::STANDARD.wait(requests, quota.retry_after)
            }
            // A certificate that is refused now would be refused again.
            Err(Unanswered::Lost(cause)) if self.may_be_sent_again() && !is_about_certificate(&**cause) => {
                Policy::STANDARD.wait(requests, None)
            }
            _ => None,
        }
    }

    async fn pause(&self, response: &Result<Incoming, Unanswered>, requests: u32, wait: Duration) {
        let why = match response {
            Ok(response) => format!("status {}", response.status),
            Err(_) => "no whole response".to_owned(),
        };
        tracing::info!(request = self.name(), requests, ?wait, "sending the request again: {why}");
        if self.client.http.waits() {
            let status = response.as_ref().ok().map(|response| response.status);
            let until = tokio::time::Instant::now().checked_add(wait);
            let _waits = stats::waiting(Wait::Retry { asked: requests, status }, until);
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends the request once, when it is its turn.
    async fn once(&self, mut outgoing: Outgoing) -> Result<(Result<Incoming, Unanswered>, Quota)> {
        let turns = self.turns().await;
        // Signatures contain the time, so they are made last.
        for auth in &self.client.auth {
            if let Auth::Sign(signer) = auth {
                signer(&mut outgoing)?;
            }
        }
        let response = {
            let _asked = stats::under_way();
            self.client.http.exchange(outgoing, self.within(), self.most_bytes()).await
        };
        let mut quota = match &response {
            Ok(response) => Quota::from_response(response, self.provider_time(response)),
            Err(_) => return Ok((response, Quota::default())),
        };
        quota.exceeded |=
            response.as_ref().is_ok_and(|response| self.is_graphql() && is_rate_limited(response));
        for (limiter, turn) in self.client.limiters.iter().zip(&turns) {
            limiter.learn(&quota, turn.began);
        }
        Ok((response, quota))
    }

    /// Waits for its turn with each limiter: first those of a part of the API, so that a request that waits there does
    /// not occupy a place of the whole API.
    async fn turns(&self) -> Vec<Turn> {
        let mut turns = Vec::with_capacity(self.client.limiters.len());
        if self.client.http.waits() {
            for limiter in &self.client.limiters {
                turns.push(limiter.turn().await);
            }
        }
        turns
    }

    /// The time by the provider's clock; by ours if the response does not say. A large difference is logged once.
    fn provider_time(&self, response: &Incoming) -> SystemTime {
        static LOGGED: OnceLock<()> = OnceLock::new();
        let ours = SystemTime::now();
        let Some(theirs) = response.header("date").and_then(|date| httpdate::parse_http_date(date).ok())
        else {
            return ours;
        };
        let apart = ours.duration_since(theirs).unwrap_or_else(|error| error.duration());
        if apart > SKEW && self.client.http.waits() && LOGGED.set(()).is_ok() {
            tracing::warn!(
                "the provider's clock and this machine's are {} seconds apart; it may refuse signatures and tokens",
                apart.as_secs()
            );
        }
        theirs
    }
}

/// Returns `true` if a GraphQL response with status 200 says that the rate limit was exceeded, as those of GitHub and
/// Shopify do.
fn is_rate_limited(response: &Incoming) -> bool {
    const LONGEST: usize = 64 * 1024;
    #[derive(serde::Deserialize)]
    struct Errors {
        #[serde(default)]
        errors: Vec<serde_json::Value>,
    }
    if response.status != 200 || response.body.len() > LONGEST {
        return false;
    }
    let Ok(body) = crate::provider::json::from_slice::<Errors>(&response.body) else { return false };
    body.errors.iter().any(|error| {
        [&error["type"], &error["extensions"]["code"]]
            .into_iter()
            .filter_map(|said| said.as_str())
            .any(|said| matches!(said, "RATE_LIMITED" | "RATELIMITED" | "THROTTLED" | "MAX_COST_EXCEEDED"))
    })
}

/// Returns `true` if the connection failed because the certificate of the server is not trusted.
fn is_about_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    let is_it = |error: &(dyn std::error::Error + 'static)| {
        matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
    };
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if is_it(error) || inside.is_some_and(|inside| is_about_certificate(inside)) {
            return true;
        }
        cause = error.source();
    }
    false
}
