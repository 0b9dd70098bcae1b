//! Progress where there is no terminal, as in the log of a CI job: a few lines now and then.

use crate::cli::report::watch::Show;
use crate::observe::progress::{Look, Phase};

/// Lines that are written below each other.
pub(super) struct Lines<W> {
    write: W,
    /// Steps that were said to run: their end is said as well.
    named: Vec<&'static str>,
    phase: Option<Phase>,
}

impl<W: FnMut(&str) + Send> Lines<W> {
    pub fn new(write: W) -> Self {
        Self { write, named: Vec::new(), phase: None }
    }
}

impl<W: FnMut(&str) + Send> Show for Lines<W> {
    fn show(&mut self, look: &Look) {
        for step in &look.ended {
            if let Some(place) = self.named.iter().position(|id| *id == step.id) {
                self.named.remove(place);
                (self.write)(&step.sentence());
            }
        }
        for step in &look.running {
            if !self.named.contains(&step.id) {
                self.named.push(step.id);
            }
            (self.write)(&format!("{}: {}", step.id, step.doing()));
        }
        let steps = look.phase == Phase::Collecting;
        // The lasting part is said once; the progress of the steps, each time.
        if self.phase.replace(look.phase) != Some(look.phase) || steps {
            (self.write)(&look.sentence());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;
    use crate::observe::progress::{EndedStep, RunningStep};

    fn running(id: &'static str, entities: u64) -> RunningStep {
        RunningStep {
            id,
            entities,
            relationships: 0,
            per_second: Some(10.0),
            elapsed: Duration::from_secs(30),
            waits: None,
        }
    }

    fn ended(id: &'static str) -> EndedStep {
        EndedStep {
            id,
            complete: true,
            failed: false,
            entities: 400,
            relationships: 0,
            requests: 4,
            retries: 0,
            millis: 40_000,
        }
    }

    #[test]
    fn steps_are_named_while_they_run_and_once_more_when_they_have_ended() {
        let written = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&written);
        let mut lines =
            Lines::new(move |line: &str| seen.lock().expect("no test panicked").push(line.to_owned()));
        let mut look = Look {
            phase: Phase::Collecting,
            running: vec![running("users", 300)],
            waiting: Vec::new(),
            // It was quick, so that no line said that it ran.
            ended: vec![ended("account")],
        };
        lines.show(&look);
        look.running = Vec::new();
        look.ended.push(ended("users"));
        look.phase = Phase::Settling;
        lines.show(&look);
        lines.show(&look);
        assert_eq!(
            *written.lock().expect("no test panicked"),
            [
                "users: 300 entities, 0 relationships, 10/s",
                "1 of 2 steps have ended",
                "users: 400 entities, 0 relationships; complete in 40 s",
                "all steps have ended; waiting until JupiterOne has taken the last uploads",
            ]
        );
    }
}
