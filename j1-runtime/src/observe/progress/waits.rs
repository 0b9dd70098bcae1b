//! The waits of a step: for the provider's limits, for a pause before a request is repeated, or for a slower upload.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// The number of kinds of waits.
pub(super) const KINDS: usize = 3;

/// The reason for a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The provider's limits do not allow the next request yet.
    Limit,
    /// A request is repeated after a pause.
    Retry {
        /// The number of attempts so far.
        asked: u32,
        /// The status of the last response; `None` if there was none.
        status: Option<u16>,
    },
    /// JupiterOne has not taken what was sent before.
    Upload,
}

impl Wait {
    const fn kind(self) -> usize {
        match self {
            Self::Limit => 0,
            Self::Retry { .. } => 1,
            Self::Upload => 2,
        }
    }
}

/// The time that a step waited, by kind of wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent(pub [Duration; KINDS]);

/// The time that a step waited, in milliseconds: none of its requests was under way, or it could not hand over its
/// objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaitedMs {
    /// For the provider's limits.
    pub limit: u64,
    /// Before it repeated a request.
    pub retry: u64,
    /// For JupiterOne to take what was sent before.
    pub upload: u64,
}

/// The current wait of a step, and the reason for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standstill {
    pub wait: Wait,
    /// Its duration so far.
    pub lasted: Duration,
    /// The remaining duration, if it is known.
    pub left: Option<Duration>,
}

/// The waits of one step, past and present. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waits(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    number: u64,
    waiting: Vec<Waiting>,
    /// The start of each request under way.
    under_way: Vec<(u64, Instant)>,
    spent: Spent,
    /// Until when `spent` counts.
    counted: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    number: u64,
    wait: Wait,
    since: Instant,
    until: Option<Instant>,
}

/// A wait, or a request under way, until this is dropped.
pub(crate) struct Lasting {
    waits: Waits,
    number: u64,
}

impl Drop for Lasting {
    fn drop(&mut self) {
        let mut state = self.waits.state();
        state.count(Instant::now());
        state.waiting.retain(|waiting| waiting.number != self.number);
        state.under_way.retain(|(number, _)| *number != self.number);
    }
}

impl Waits {
    /// Notes a wait, and how long it lasts where that is known.
    pub fn begin(&self, wait: Wait, until: Option<Instant>) -> Lasting {
        self.lasting(|state, number, since| state.waiting.push(Waiting { number, wait, since, until }))
    }

    /// Notes a request that is under way.
    pub fn under_way(&self) -> Lasting {
        self.lasting(|state, number, since| state.under_way.push((number, since)))
    }

    fn lasting(&self, note: impl FnOnce(&mut State, u64, Instant)) -> Lasting {
        let (mut state, now) = (self.state(), Instant::now());
        state.count(now);
        state.number += 1;
        let number = state.number;
        note(&mut state, number, now);
        drop(state);
        Lasting { waits: self.clone(), number }
    }

    /// The reason it stands still now.
    pub fn standstill(&self) -> Option<Standstill> {
        let now = Instant::now();
        let state = self.state();
        state.stands().map(|waiting| Standstill {
            wait: waiting.wait,
            lasted: now.duration_since(waiting.since),
            left: waiting.until.map(|until| until.saturating_duration_since(now)),
        })
    }

    /// The time for which a response has been outstanding, if one is.
    pub fn unanswered(&self) -> Option<Duration> {
        let now = Instant::now();
        self.state().under_way.iter().map(|(_, since)| now.duration_since(*since)).max()
    }

    pub(super) fn spent(&self) -> Spent {
        let mut state = self.state();
        state.count(Instant::now());
        state.spent
    }

    /// For how long it stood still so far.
    pub fn waited(&self) -> WaitedMs {
        let [limit, retry, upload] =
            self.spent().0.map(|spent| u64::try_from(spent.as_millis()).unwrap_or(u64::MAX));
        WaitedMs { limit, retry, upload }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The reason it stands still. A step that cannot hand over what it has does, whatever is under way for it; otherwise
    /// it does not as long as some request is.
    fn stands(&self) -> Option<&Waiting> {
        let upload = self.waiting.iter().find(|waiting| waiting.wait == Wait::Upload);
        upload.or_else(|| self.waiting.first().filter(|_| self.under_way.is_empty()))
    }

    /// Adds the time since it counted last to what it stood still for.
    fn count(&mut self, now: Instant) {
        let since = self.counted.replace(now).unwrap_or(now);
        if let Some(kind) = self.stands().map(|waiting| waiting.wait.kind()) {
            self.spent.0[kind] += now.duration_since(since);
        }
    }
}
