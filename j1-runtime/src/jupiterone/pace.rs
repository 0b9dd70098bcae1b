//! The number of uploads under way at once, which follows what JupiterOne bears.
//!
//! It begins at the most that the limits allow. A refusal because of load (429, 503), or a response that takes many times as
//! long as the fastest one, halves it; as many successes as there are uploads at once raise it by one. Requests that were on
//! their way when it was halved do not halve it again.
//!
//! **Ownership.** A run's uploader has one [`Pace`]. A [`Permit`] is a place for one upload; when the number falls below what
//! is under way, the places that are given back first are not given out again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// A response is slow if it takes so many times as long as the fastest one, and at least [`SLOW`].
const TIMES_AS_LONG: u32 = 5;
const SLOW: Duration = Duration::from_secs(5);

/// The places for uploads.
pub(crate) struct Pace {
    places: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    most: usize,
    /// The number of uploads at once.
    at_once: usize,
    /// Places that are still taken, and are not given out again.
    owed: usize,
    /// Successes since the number changed.
    successes: usize,
    /// The time at which it was last halved.
    halved: Option<Instant>,
    fastest: Option<Duration>,
}

/// A place for one upload.
pub(crate) struct Permit {
    place: Option<OwnedSemaphorePermit>,
    pace: Arc<Pace>,
}

impl Pace {
    /// Places for at most so many uploads at once.
    pub fn new(most: usize) -> Arc<Self> {
        let most = most.max(1);
        let state = State { most, at_once: most, owed: 0, successes: 0, halved: None, fastest: None };
        Arc::new(Self { places: Arc::new(Semaphore::new(most)), state: Mutex::new(state) })
    }

    /// Waits for a place; `None` once there will be no more.
    pub async fn place(self: &Arc<Self>) -> Option<Permit> {
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        Some(Permit { place: Some(place), pace: Arc::clone(self) })
    }

    /// Gives out no more places.
    pub fn close(&self) {
        self.places.close();
    }

    /// Notes the response to a request that was sent at `sent`.
    pub fn answered(&self, status: u16, sent: Instant, now: Instant) {
        let mut state = self.state();
        let took = now.saturating_duration_since(sent);
        let taken = (200..300).contains(&status);
        let fastest = state.fastest.unwrap_or(took).min(took);
        if taken {
            state.fastest = Some(fastest);
        }
        let is_slow = taken && took >= SLOW && took > fastest * TIMES_AS_LONG;
        let before = state.at_once;
        if matches!(status, 429 | 503) || is_slow {
            if state.halved.is_none_or(|halved| sent >= halved) {
                state.at_once = (before / 2).max(1);
                (state.halved, state.successes) = (Some(now), 0);
            }
        } else if taken && before < state.most {
            state.successes += 1;
            if state.successes >= before {
                (state.at_once, state.successes) = (before + 1, 0);
            }
        }
        self.follow(&mut state, before);
    }

    /// Adds or takes away places, so that there are as many as the state says.
    fn follow(&self, state: &mut State, before: usize) {
        if state.at_once > before {
            let more = state.at_once - before;
            let back = more.min(state.owed);
            state.owed -= back;
            self.places.add_permits(more - back);
        } else if state.at_once < before {
            let fewer = before - state.at_once;
            state.owed += fewer - self.places.forget_permits(fewer);
            tracing::info!("JupiterOne is busy: {} uploads at once from now on", state.at_once);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        if state.owed > 0
            && let Some(place) = self.place.take()
        {
            state.owed -= 1;
            place.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Responses after so many seconds each, one after the other.
    fn answers(pace: &Pace, clock: &mut Instant, status: u16, seconds: u64, times: usize) {
        for _ in 0..times {
            let sent = *clock;
            *clock += Duration::from_secs(seconds);
            pace.answered(status, sent, *clock);
        }
    }

    fn at_once(pace: &Pace) -> usize {
        pace.state().at_once
    }

    #[test]
    fn refusals_halve_the_uploads_at_once_and_successes_bring_them_back() {
        let (pace, mut clock) = (Pace::new(6), Instant::now());
        answers(&pace, &mut clock, 200, 1, 100);
        assert_eq!(at_once(&pace), 6, "never more than the limit");
        for (status, left) in [(429, 3), (503, 1), (429, 1)] {
            answers(&pace, &mut clock, status, 1, 1);
            assert_eq!((at_once(&pace), pace.places.available_permits()), (left, left));
        }
        answers(&pace, &mut clock, 400, 1, 10);
        answers(&pace, &mut clock, 500, 1, 10);
        assert_eq!(at_once(&pace), 1, "other errors say nothing about the load");
        answers(&pace, &mut clock, 201, 1, 1 + 2 + 3);
        assert_eq!((at_once(&pace), pace.places.available_permits()), (4, 4));
        answers(&pace, &mut clock, 201, 1, 100);
        assert_eq!((at_once(&pace), pace.places.available_permits()), (6, 6));
    }

    #[test]
    fn refusals_of_requests_that_were_on_their_way_together_halve_once() {
        let (pace, sent) = (Pace::new(8), Instant::now());
        for after in 1..=8 {
            pace.answered(429, sent, sent + Duration::from_secs(after));
        }
        assert_eq!(at_once(&pace), 4);
    }

    #[test]
    fn responses_that_take_many_times_as_long_halve_too() {
        let (pace, mut clock) = (Pace::new(8), Instant::now());
        answers(&pace, &mut clock, 200, 2, 3);
        answers(&pace, &mut clock, 200, 10, 3);
        assert_eq!(at_once(&pace), 8, "five times as long is not yet slow");
        answers(&pace, &mut clock, 200, 11, 1);
        assert_eq!(at_once(&pace), 4);
    }

    #[tokio::test]
    async fn places_that_are_taken_are_missing_when_they_come_back() {
        let (pace, mut clock) = (Pace::new(4), Instant::now());
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(pace.place().await.expect("a place"));
        }
        answers(&pace, &mut clock, 429, 1, 1);
        taken.truncate(2);
        assert_eq!(pace.places.available_permits(), 0, "two are left, and are taken");
        drop(taken);
        assert_eq!(pace.places.available_permits(), 2);
        pace.close();
        assert!(pace.place().await.is_none());
    }
}
