//! The recent rate of a step, and the reason for its recent waits.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::observe::progress::waits::{KINDS, Spent};

/// The time that a rate covers.
const WINDOW: Duration = Duration::from_secs(10);
/// The space between two samples.
const SPACE: Duration = Duration::from_millis(500);
/// The shortest time from which a rate is computed.
const SHORTEST: Duration = Duration::from_secs(1);

/// The counts and waits of a step at some moments of the last ten seconds.
pub(super) struct Rate(VecDeque<Sample>);

struct Sample {
    at: Instant,
    objects: u64,
    stood: Spent,
}

/// The recent rate and wait.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Lately {
    /// Objects a second; `None` if it is too early to say.
    pub per_second: Option<f64>,
    /// The kind of wait that took more than half of the time.
    pub mostly: Option<usize>,
}

impl Rate {
    pub fn new(began: Instant) -> Self {
        Self(VecDeque::from([Sample { at: began, objects: 0, stood: Spent::default() }]))
    }

    /// Takes a sample, and returns the recent rate and wait.
    pub fn note(&mut self, now: Instant, objects: u64, stood: Spent) -> Lately {
        // The first of the window stays: it is what the others are compared with.
        while self.0.get(1).is_some_and(|next| now.duration_since(next.at) >= WINDOW) {
            self.0.pop_front();
        }
        let lately = self.0.front().map_or_else(Lately::default, |first| {
            let time = now.duration_since(first.at);
            if time < SHORTEST {
                return Lately::default();
            }
            #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 objects")]
            let done = objects.saturating_sub(first.objects) as f64;
            let share = |kind: &usize| (stood.0[*kind].saturating_sub(first.stood.0[*kind])) * 2 > time;
            Lately { per_second: Some(done / time.as_secs_f64()), mostly: (0..KINDS).find(share) }
        });
        if self.0.back().is_none_or(|last| now.duration_since(last.at) >= SPACE) {
            self.0.push_back(Sample { at: now, objects, stood });
        }
        lately
    }
}
