//! Sends a request until it is answered, or asking again would not help.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use j1_core::Result;
use tracing::{Instrument as _, Span};

use crate::observe::progress::Wait;
use crate::observe::stats;
use crate::observe::trace;
use crate::provider::auth::Auth;
use crate::provider::limits::Turn;
use crate::provider::quota::Quota;
use crate::provider::request::Request;
use crate::provider::retry::{Policy, is_temporary};
use crate::provider::transport::{Incoming, Unanswered};

/// For a vendor that says when to come back, as long as that is soon enough.
const TOLD: Policy =
    Policy { attempts: 10, first_wait: Duration::from_millis(500), longest_wait: Duration::from_mins(15) };
/// A vendor's clock that is off by more than this is told of: tokens and signatures fail for it.
const SKEW: Duration = Duration::from_mins(5);

/// What came back, and how often it took to ask.
pub(super) struct Answered {
    pub incoming: Incoming,
    pub requests: u32,
}

impl Request {
    /// Sends it until it is answered with something that asking again would not change: a success, or an error.
    ///
    /// # Errors
    /// When it cannot be sent, or no answer comes.
    pub(super) async fn exchange(&self) -> Result<Answered> {
        let (span, began) = (trace::provider_request(|| self.name()), tokio::time::Instant::now());
        let answered = self.until_answered(&span).instrument(span.clone()).await;
        if let Ok(Answered { incoming, .. }) = &answered {
            span.record("status", incoming.status).record("bytes", incoming.body.len());
        }
        trace::took(&span, began);
        answered
    }

    async fn until_answered(&self, span: &Span) -> Result<Answered> {
        let (mut requests, mut refused, mut renewed) = (0, None, false);
        loop {
            let (outgoing, token) = self.outgoing(refused.take()).await?;
            requests += 1;
            stats::request(requests > 1);
            span.record("requests", requests);
            let (answer, quota) = self.once(outgoing).await?;
            let wait = match &answer {
                Ok(answer) if answer.status == 401 && token.is_some() && !renewed => {
                    // The token may have been revoked, or ended before its time.
                    (refused, renewed) = (token, true);
                    continue;
                }
                Ok(answer) if quota.exceeded => {
                    let policy = if quota.closed_for().is_some() { TOLD } else { Policy::STANDARD };
                    let _ = answer;
                    policy.wait(requests, quota.closed_for())
                }
                // What was not taken for now can be sent again; what may have been taken, only if that does no harm.
                Ok(answer)
                    if is_temporary(answer.status) && (self.is_repeatable() || answer.status == 503) =>
                {
                    Policy::STANDARD.wait(requests, quota.retry_after)
                }
                Err(Unanswered::Lost(_)) if self.is_repeatable() => Policy::STANDARD.wait(requests, None),
                _ => None,
            };
            let Some(wait) = wait else {
                let incoming = answer.map_err(|why| self.unanswered(why, requests))?;
                return Ok(Answered { incoming, requests });
            };
            let why = match &answer {
                Ok(answer) => format!("it was answered with {}", answer.status),
                Err(_) => "it was not answered in full".to_owned(),
            };
            tracing::info!(request = self.name(), requests, ?wait, "asking again: {why}");
            if self.client.http.waits() {
                let status = answer.as_ref().ok().map(|answer| answer.status);
                let until = tokio::time::Instant::now().checked_add(wait);
                let _waits = stats::waiting(Wait::Retry { asked: requests, status }, until);
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Sends it once, when it is its turn.
    async fn once(
        &self,
        mut outgoing: crate::provider::transport::Outgoing,
    ) -> Result<(Result<Incoming, Unanswered>, Quota)> {
        let turns = self.turns().await;
        // Signatures hold the time, so they are made last.
        for auth in &self.client.auth {
            if let Auth::Sign(signer) = auth {
                signer(&mut outgoing)?;
            }
        }
        let answer = {
            let _asked = stats::under_way();
            self.client.http.exchange(outgoing, self.within()).await
        };
        let quota = match &answer {
            Ok(answer) => Quota::of(answer, self.vendor_time(answer)),
            Err(_) => return Ok((answer, Quota::default())),
        };
        for (limiter, turn) in self.client.limiters.iter().zip(&turns) {
            limiter.learn(&quota, turn.began);
        }
        Ok((answer, quota))
    }

    /// Waits for its turn with each limiter: first those of a part of the API, so that who waits there takes no place
    /// from others.
    async fn turns(&self) -> Vec<Turn> {
        let mut turns = Vec::with_capacity(self.client.limiters.len());
        if self.client.http.waits() {
            for limiter in &self.client.limiters {
                turns.push(limiter.turn().await);
            }
        }
        turns
    }

    /// What time the vendor says it is; ours where it does not say. One that is far from ours is told of, once.
    fn vendor_time(&self, answer: &Incoming) -> SystemTime {
        static TOLD_OF: OnceLock<()> = OnceLock::new();
        let ours = SystemTime::now();
        let Some(theirs) = answer.header("date").and_then(|date| httpdate::parse_http_date(date).ok()) else {
            return ours;
        };
        let apart = ours.duration_since(theirs).unwrap_or_else(|error| error.duration());
        if apart > SKEW && self.client.http.waits() && TOLD_OF.set(()).is_ok() {
            tracing::warn!(
                "the vendor's clock and this machine's are {} seconds apart; signatures and tokens may be refused for it",
                apart.as_secs()
            );
        }
        theirs
    }
}
