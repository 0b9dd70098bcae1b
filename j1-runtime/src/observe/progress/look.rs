//! A snapshot of the progress of a run, and its sentences.

use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

use j1_core::shared::grouped;
use tokio::time::Instant;

use crate::observe::progress::Phase;
use crate::observe::progress::rate::Rate;
use crate::observe::progress::waits::{Standstill, Wait};
use crate::observe::stats::StepStats;

/// A shorter wait is not shown: it would be over before it is read.
const WORTH_A_WORD: Duration = Duration::from_secs(1);
/// A provider that takes longer to respond is named as the reason for a wait.
const SLOW_ANSWER: Duration = Duration::from_secs(5);

/// The progress of a run at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    pub phase: Phase,
    pub running: Vec<RunningStep>,
    pub waiting: Vec<WaitingStep>,
    pub ended: Vec<EndedStep>,
}

/// A step that runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RunningStep {
    pub id: &'static str,
    pub entities: u64,
    pub relationships: u64,
    /// The recent rate in objects a second; `None` if it is too early to say.
    pub per_second: Option<f64>,
    pub elapsed: Duration,
    /// The reason for its wait, in words.
    pub waits: Option<String>,
}

/// A step that has not begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WaitingStep {
    pub id: &'static str,
    /// The steps that it waits for; if empty, it waits until there is room to run.
    pub on: Vec<&'static str>,
}

/// A step that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndedStep {
    pub id: &'static str,
    pub complete: bool,
    pub failed: bool,
    pub entities: u64,
    pub relationships: u64,
    /// Requests to the provider.
    pub requests: u64,
    /// Requests that were made again.
    pub retries: u64,
    pub millis: u64,
}

impl RunningStep {
    pub(super) fn new(
        id: &'static str,
        elapsed: Duration,
        stats: &StepStats,
        rate: &mut Rate,
        now: Instant,
    ) -> Self {
        let entities = stats.entities.load(Ordering::Relaxed);
        let relationships = stats.relationships.load(Ordering::Relaxed);
        let lately = rate.note(now, entities + relationships, stats.waits.spent());
        let long = |stands: &Standstill| stands.left.unwrap_or_default() + stands.lasted >= WORTH_A_WORD;
        let waits = match stats.waits.standstill().filter(long) {
            Some(stands) => Some(stands.to_string()),
            None => lately.mostly.map(mostly).or_else(|| {
                let owed = stats.waits.unanswered().filter(|owed| *owed >= SLOW_ANSWER)?;
                Some(format!("waits for the provider's response, for {}", clock(owed)))
            }),
        };
        Self { id, entities, relationships, per_second: lately.per_second, elapsed, waits }
    }

    /// Its counts, its rate and the reason for its wait, in words.
    pub fn doing(&self) -> String {
        let mut text = counts(self.entities, self.relationships);
        if let Some(rate) = self.per_second {
            let _ = write!(text, ", {}/s", per_second(rate));
        }
        if let Some(waits) = &self.waits {
            let _ = write!(text, "; {waits}");
        }
        text
    }
}

impl EndedStep {
    /// Its result, in words.
    pub fn sentence(&self) -> String {
        let end = match (self.failed, self.complete) {
            (true, _) => "failed after",
            (false, true) => "complete in",
            (false, false) => "partial in",
        };
        let counts = counts(self.entities, self.relationships);
        format!("{}: {counts}; {end} {}", self.id, clock(Duration::from_millis(self.millis)))
    }

    /// One character for it.
    pub const fn mark(&self) -> &'static str {
        match (self.failed, self.complete) {
            (true, _) => "✗",
            (false, true) => "✓",
            (false, false) => "!",
        }
    }
}

impl Look {
    /// The state of the run as a whole, in words.
    pub fn sentence(&self) -> String {
        let what = match self.phase {
            Phase::Preparing => "trying the credentials",
            Phase::Uploading => "uploading the collection",
            Phase::Settling => "all steps have ended; waiting until JupiterOne has taken the last uploads",
            Phase::Predicting => "asking what JupiterOne holds, to see what would be deleted",
            Phase::Finalizing => "asking JupiterOne to finalize the job",
            Phase::Waiting => "waiting until JupiterOne has ended the job",
            Phase::Collecting => return self.collecting(),
        };
        what.to_owned()
    }

    fn collecting(&self) -> String {
        /// Steps that are named; a line has an end.
        const NAMED: usize = 3;
        let all = self.running.len() + self.waiting.len() + self.ended.len();
        let mut text = format!("{} of {all} steps have ended", self.ended.len());
        for (number, step) in self.waiting.iter().take(NAMED).enumerate() {
            text.push_str(if number == 0 { "; next: " } else { ", " });
            text.push_str(step.id);
            if !step.on.is_empty() {
                let _ = write!(text, " (after {})", step.on.join(", "));
            }
        }
        if self.waiting.len() > NAMED {
            let _ = write!(text, " and {} more", self.waiting.len() - NAMED);
        }
        text
    }
}

impl std::fmt::Display for Standstill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.wait {
            Wait::Limit => f.write_str("waits for the provider's limit")?,
            Wait::Retry { asked, status } => {
                f.write_str("retries after ")?;
                match status {
                    Some(status) => write!(f, "a {status}")?,
                    None => f.write_str("no response")?,
                }
                write!(f, " (request {})", asked + 1)?;
            }
            Wait::Upload => f.write_str("waits for JupiterOne to take what it has")?,
        }
        match self.left {
            Some(left) => write!(f, ", {} more", clock(left)),
            None => write!(f, ", for {}", clock(self.lasted)),
        }
    }
}

fn mostly(kind: usize) -> String {
    let what = ["for the provider's limit", "before a retry", "for JupiterOne to accept its uploads"];
    format!("mostly waits {}", what[kind])
}

fn counts(entities: u64, relationships: u64) -> String {
    let [entity, relationship] = [
        if entities == 1 { "entity" } else { "entities" },
        if relationships == 1 { "relationship" } else { "relationships" },
    ];
    format!("{} {entity}, {} {relationship}", grouped(entities), grouped(relationships))
}

/// A rate as people read it: `0`, `0.3`, `9.1`, `1,407`.
fn per_second(rate: f64) -> String {
    if rate > 0.0 && rate < 9.95 {
        return format!("{rate:.1}");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is not negative")]
    let whole = rate.round() as u64;
    grouped(whole)
}

/// A time as people read it: `0.4 s`, `42 s`, `3:07`, `1:02:03`.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, _) if time < Duration::from_secs(10) => format!("{:.1} s", time.as_secs_f64()),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}
