//! Limits for the rate of requests and for the number under way at once.
//!
//! A [`Limiter`] is shared by all clones of a client, the one of a host by all clients of the host. It alone decides when a
//! request may be sent, and learns from each response, so a refused request slows down all others to the host.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

use crate::observe::progress::Wait;
use crate::observe::stats;
use crate::provider::quota::Quota;

/// Requests under way at once to one host, unless declared otherwise.
const AT_ONCE: usize = 16;
/// The space between two requests after the first 429, if no rate is declared.
const FIRST_SLOW: Duration = Duration::from_millis(100);
/// The largest space between two requests after many 429s.
const SLOWEST: Duration = Duration::from_secs(10);
/// Below this space, requests are no longer slowed down.
const RECOVERED: Duration = Duration::from_millis(10);

/// Limits for the rate of requests to an API and for the number under way at once.
///
/// ```
/// use j1_runtime::provider::Limits;
///
/// const DOCUMENTED: Limits = Limits::per_minute(300).burst(20).at_once(4);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Requests a second; no limit if `None`.
    pub(crate) per_second: Option<f64>,
    /// Requests that may follow each other without a space after a pause.
    pub(crate) burst: Option<u32>,
    /// Requests under way at once.
    pub(crate) at_once: Option<usize>,
}

impl Limits {
    /// At most this many requests a second.
    #[must_use]
    pub const fn per_second(requests: u32) -> Self {
        Self { per_second: Some(requests as f64), burst: None, at_once: None }
    }

    /// At most this many requests a minute.
    #[must_use]
    pub const fn per_minute(requests: u32) -> Self {
        Self { per_second: Some(requests as f64 / 60.0), burst: None, at_once: None }
    }

    /// At most this many requests under way at once.
    #[must_use]
    pub const fn concurrent(requests: usize) -> Self {
        Self { per_second: None, burst: None, at_once: Some(requests) }
    }

    /// Allows this many requests to follow each other without a space after a pause; otherwise one.
    #[must_use]
    pub const fn burst(mut self, requests: u32) -> Self {
        self.burst = Some(requests);
        self
    }

    /// Allows at most this many requests under way at once.
    #[must_use]
    pub const fn at_once(mut self, requests: usize) -> Self {
        self.at_once = Some(requests);
        self
    }

    /// A part of these limits, but always one request.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "limits are small positive numbers"
    )]
    pub(crate) fn part(self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        Self {
            // Half a percent is left in every case, so that a share that was rounded to nothing does not stop a process.
            per_second: self.per_second.map(|rate| rate * share.max(0.005)),
            burst: self.burst.map(|burst| ((f64::from(burst) * share) as u32).max(1)),
            at_once: self.at_once.map(|at_once| ((at_once as f64 * share) as usize).max(1)),
        }
    }

    /// These limits, replaced by those that the operator sets.
    pub(crate) fn overridden(self, operator: &Self) -> Self {
        Self {
            per_second: operator.per_second.or(self.per_second),
            burst: if operator.per_second.is_some() { operator.burst } else { self.burst },
            at_once: operator.at_once.or(self.at_once),
        }
    }
}

/// Lets requests through as its limits and the provider's responses allow. Clones share one state.
#[derive(Clone)]
pub(crate) struct Limiter(Arc<Inner>);

struct Inner {
    slots: Option<Slots>,
    pace: Mutex<Pace>,
}

/// The slots for requests under way at once.
struct Slots {
    free: Arc<Semaphore>,
    most: AtomicUsize,
}

/// The pace of requests: when the next one may go.
struct Pace {
    /// The space between two requests that is declared.
    declared: Duration,
    /// The number of requests that may follow each other without a space.
    burst: u32,
    /// The space learned from 429s.
    slowed: Duration,
    /// The time of the last slow-down: a 429 to a request that was sent before it teaches nothing new.
    slowed_at: Option<Instant>,
    /// The space that makes the rest of the provider's quota last, and until when.
    spread: Option<(Duration, Instant)>,
    /// The time until which nothing may be sent.
    closed: Option<Instant>,
    /// The time of the next request if all kept their space.
    next: Option<Instant>,
}

/// The limiters of the hosts, shared by all clients that are made from one [`Http`](crate::provider::Http).
#[derive(Default)]
pub(crate) struct Hosts {
    /// The limits that the operator sets in place of those that the integration declares.
    operator: Limits,
    /// The part of each limit that this process may use; all of it if `None`.
    share: Option<f64>,
    limiters: Mutex<HashMap<String, Limiter>>,
}

impl Hosts {
    pub fn with_operator(operator: Limits) -> Self {
        Self { operator, ..Self::default() }
    }

    /// The same limits, of which this process may use a part.
    pub fn shared(&self, share: f64) -> Self {
        Self { operator: self.operator, share: Some(share), limiters: Mutex::default() }
    }

    /// The limits that hold for this process where the integration declares these.
    fn effective(&self, declared: Limits) -> Limits {
        let limits = declared.overridden(&self.operator);
        self.share.map_or(limits, |share| limits.part(share))
    }

    /// The limiter of a host.
    pub fn limiter(&self, url: &Url) -> Limiter {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Limiter::for_host(self.effective(Limits::default()));
        limiters.entry(url.origin().ascii_serialization()).or_insert_with(new).clone()
    }

    /// Sets the limits of a host, and returns its limiter.
    pub fn declare(&self, url: &Url, limits: Limits) -> Limiter {
        let limiter = self.limiter(url);
        limiter.declare(&self.effective(limits));
        limiter
    }
}

/// A request that may be sent, and is under way until this is dropped.
pub(crate) struct Turn {
    _slot: Option<OwnedSemaphorePermit>,
    pub began: Instant,
}

impl Limiter {
    /// A limiter of one host; `AT_ONCE` requests at once unless declared otherwise.
    pub fn for_host(limits: Limits) -> Self {
        Self::new(Limits { at_once: limits.at_once.or(Some(AT_ONCE)), ..limits })
    }

    pub fn new(limits: Limits) -> Self {
        let slots = limits.at_once.map(Slots::new);
        let mut pace = Pace {
            declared: Duration::ZERO,
            burst: 1,
            slowed: Duration::ZERO,
            slowed_at: None,
            spread: None,
            closed: None,
            next: None,
        };
        pace.declare(&limits);
        Self(Arc::new(Inner { slots, pace: Mutex::new(pace) }))
    }

    /// Sets other limits.
    pub fn declare(&self, limits: &Limits) {
        self.pace().declare(limits);
        if let (Some(slots), Some(most)) = (&self.0.slots, limits.at_once) {
            slots.set(most);
        }
    }

    /// Waits until a request may be sent.
    pub async fn turn(&self) -> Turn {
        let slot = match &self.0.slots {
            // It fails only if the semaphore is closed, which does not happen.
            Some(slots) => {
                let _waits = stats::waiting(Wait::Limit, None);
                Arc::clone(&slots.free).acquire_owned().await.ok()
            }
            None => None,
        };
        let turn = self.pace().reserve(Instant::now());
        wait(turn).await;
        // It may have been closed while this request waited for its turn.
        loop {
            let closed = self.pace().closed.filter(|until| *until > Instant::now());
            let Some(until) = closed else { break };
            wait(until).await;
        }
        Turn { _slot: slot, began: Instant::now() }
    }

    /// Learns from the response to a request that was sent at `began`.
    pub fn learn(&self, quota: &Quota, began: Instant) {
        self.pace().learn(quota, began, Instant::now());
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.0.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until then; the wait shows in the progress.
async fn wait(until: Instant) {
    let _waits = (until > Instant::now()).then(|| stats::waiting(Wait::Limit, Some(until)));
    tokio::time::sleep_until(until).await;
}

impl Slots {
    fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(most)), most: AtomicUsize::new(most) }
    }

    /// Sets another number; requests under way are not affected.
    fn set(&self, most: usize) {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        let before = self.most.swap(most, Ordering::Relaxed);
        if most > before {
            self.free.add_permits(most - before);
        } else {
            self.free.forget_permits(before - most);
        }
    }
}

impl Pace {
    fn declare(&mut self, limits: &Limits) {
        let rate = limits.per_second.filter(|rate| rate.is_finite() && *rate > 0.0);
        self.declared = rate.map_or(Duration::ZERO, |rate| {
            Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX / 4)
        });
        self.burst = limits.burst.unwrap_or(1).max(1);
    }

    /// The time at which the next request may go, which is then reserved.
    fn reserve(&mut self, now: Instant) -> Instant {
        let spread = self.spread.filter(|(_, until)| *until > now).map_or(Duration::ZERO, |(space, _)| space);
        let learned = self.slowed.max(spread);
        let space = self.declared.max(learned);
        // No burst after a request to slow down.
        let burst = if learned > self.declared { 0 } else { self.burst - 1 };
        // Requests that wait for it to open keep their space then, too.
        let open = self.closed.map_or(now, |until| until.max(now));
        let next = self.next.map_or(open, |next| next.max(open));
        self.next = next.checked_add(space).or(self.next);
        next.checked_sub(space.saturating_mul(burst)).map_or(open, |turn| turn.max(open))
    }

    fn learn(&mut self, quota: &Quota, began: Instant, now: Instant) {
        if let Some(wait) = quota.closed_for() {
            self.closed = now.checked_add(wait).max(self.closed);
        }
        self.spread = match quota.spread() {
            Some((space, left)) => now.checked_add(left).map(|until| (space, until)),
            None => self.spread.filter(|(_, until)| *until > now),
        };
        if quota.exceeded {
            if self.slowed_at.is_none_or(|at| began > at) {
                self.slowed = (self.slowed.max(self.declared) * 2).clamp(FIRST_SLOW, SLOWEST);
                self.slowed_at = Some(now);
            }
        } else if self.slowed > Duration::ZERO {
            self.slowed = self.slowed.mul_f64(0.9);
            if self.slowed <= self.declared.max(RECOVERED) {
                self.slowed = Duration::ZERO;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ten(limiter: &Limiter) -> Duration {
        let began = Instant::now();
        for _ in 0..10 {
            drop(limiter.turn().await);
        }
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_spaces_requests_and_a_burst_is_let_through() {
        assert_eq!(ten(&Limiter::new(Limits::default())).await, Duration::ZERO);
        assert_eq!(ten(&Limiter::new(Limits::per_second(10))).await, Duration::from_millis(900));
        assert_eq!(ten(&Limiter::new(Limits::per_second(10).burst(4))).await, Duration::from_millis(600));
        assert_eq!(ten(&Limiter::new(Limits::per_minute(60))).await, Duration::from_secs(9));
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_under_way_at_once() {
        let limiter = Limiter::new(Limits::concurrent(2));
        let (one, _two) = (limiter.turn().await, limiter.turn().await);
        let third = tokio::time::timeout(Duration::from_secs(1), limiter.turn()).await;
        assert!(third.is_err(), "two are under way");
        drop(one);
        assert!(tokio::time::timeout(Duration::from_secs(1), limiter.turn()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_closes_then_slows_and_recovers() {
        let limiter = Limiter::new(Limits::default());
        let exceeded =
            Quota { exceeded: true, retry_after: Some(Duration::from_secs(5)), ..Quota::default() };
        let began = limiter.turn().await.began;
        limiter.learn(&exceeded, began);
        // The responses to those that were under way with it teach nothing more.
        limiter.learn(&exceeded, began);
        let spent = ten(&limiter).await;
        assert_eq!(spent, Duration::from_millis(5000 + 900), "it opened after 5 s, then one each 100 ms");
        for _ in 0..30 {
            limiter.learn(&Quota::default(), Instant::now());
        }
        drop(limiter.turn().await);
        assert_eq!(ten(&limiter).await, Duration::ZERO, "it has recovered");
    }

    #[tokio::test(start_paused = true)]
    async fn the_rest_of_a_quota_is_spread_over_its_window() {
        let limiter = Limiter::new(Limits::default());
        let low = Quota {
            limit: Some(100),
            remaining: Some(5),
            reset: Some(Duration::from_secs(10)),
            ..Quota::default()
        };
        limiter.learn(&low, Instant::now());
        assert!(ten(&limiter).await >= Duration::from_secs(10), "five are left for ten seconds");
        let none = Quota { remaining: Some(0), reset: Some(Duration::from_secs(30)), ..Quota::default() };
        limiter.learn(&none, Instant::now());
        assert!(ten(&limiter).await >= Duration::from_secs(30));
    }
}
