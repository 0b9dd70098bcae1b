//! The progress of a run as values: the engine notes what happens, and the command line shows it.
//!
//! Only the engine and the steps write to it; readers take snapshots and never block a step for long.

mod look;
mod rate;
mod waits;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::observe::stats::StepStats;
pub(crate) use look::{EndedStep, Look, RunningStep, WaitingStep, clock};
use rate::Rate;
pub use waits::WaitedMs;
pub(crate) use waits::{Lasting, Wait, Waits};

/// The phase of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It reads its configuration, and tries the credentials.
    #[default]
    Preparing,
    /// It uploads what was collected before.
    Uploading,
    /// Its steps run.
    Collecting,
    /// The steps have ended, and some uploads have not.
    Settling,
    /// It compares with what JupiterOne holds.
    Predicting,
    /// It requests that JupiterOne finalize the job.
    Finalizing,
    /// It waits until JupiterOne has ended the job.
    Waiting,
}

/// The progress of a run.
#[derive(Default)]
pub(crate) struct Progress(Mutex<State>);

#[derive(Default)]
struct State {
    phase: Phase,
    steps: Vec<Step>,
}

struct Step {
    id: &'static str,
    /// The steps that it waits for.
    waits: Vec<&'static str>,
    stage: Stage,
}

enum Stage {
    Waiting,
    Running { began: Instant, stats: Arc<StepStats>, rate: Rate },
    Ended(EndedStep),
}

impl Progress {
    /// The current phase.
    pub fn phase(&self, phase: Phase) {
        self.state().phase = phase;
    }

    /// These steps are going to run, each after the ones that it waits for.
    pub fn planned(&self, steps: impl IntoIterator<Item = (&'static str, Vec<&'static str>)>) {
        let mut state = self.state();
        state.phase = Phase::Collecting;
        state.steps =
            steps.into_iter().map(|(id, waits)| Step { id, waits, stage: Stage::Waiting }).collect();
    }

    /// A step has begun.
    pub fn began(&self, id: &'static str, stats: &Arc<StepStats>) {
        let (began, stats) = (Instant::now(), Arc::clone(stats));
        self.note(id, Stage::Running { began, stats, rate: Rate::new(began) });
    }

    /// A step has ended.
    pub fn ended(&self, step: EndedStep) {
        self.note(step.id, Stage::Ended(step));
    }

    /// Takes a snapshot. Rates need frequent ones.
    pub fn look(&self) -> Look {
        let now = Instant::now();
        let mut look =
            Look { phase: Phase::Preparing, running: Vec::new(), waiting: Vec::new(), ended: Vec::new() };
        let mut state = self.state();
        look.phase = state.phase;
        let ended: Vec<&'static str> = state
            .steps
            .iter()
            .filter(|step| matches!(step.stage, Stage::Ended(_)))
            .map(|step| step.id)
            .collect();
        for step in &mut state.steps {
            match &mut step.stage {
                Stage::Waiting => look.waiting.push(WaitingStep {
                    id: step.id,
                    on: step.waits.iter().copied().filter(|on| !ended.contains(on)).collect(),
                }),
                Stage::Running { began, stats, rate } => {
                    look.running.push(RunningStep::new(
                        step.id,
                        now.duration_since(*began),
                        stats,
                        rate,
                        now,
                    ));
                }
                Stage::Ended(ended) => look.ended.push(ended.clone()),
            }
        }
        look
    }

    fn note(&self, id: &'static str, stage: Stage) {
        if let Some(step) = self.state().steps.iter_mut().find(|step| step.id == id) {
            step.stage = stage;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
