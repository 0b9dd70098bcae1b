//! The states of the model, and the events that lead from one to the next.

mod jupiterone;

use std::collections::BTreeSet;

use stateright::{Model, Property};

/// A set of objects, a bit each. All are of one type.
type Objects = u8;

/// The object that the provider loses before the runs, and JupiterOne still holds.
const GONE: Objects = 1;
/// An object that is there all the time.
const STAYS: Objects = 2;
/// An object that comes while the runs are under way.
const NEW: Objects = 4;

/// The requests that a client sends before it gives up.
const ATTEMPTS: u8 = 2;

/// The whole model.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    pub runs: usize,
    /// The second run joins the job of the first.
    pub joins: bool,
    /// A record comes while the runs are under way.
    pub churn: bool,
    pub faults: Faults,
    /// The check that the client does without.
    pub without: Option<Check>,
}

/// A check of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The job has received what was acknowledged.
    Received,
    /// JupiterOne has got nothing since the job was started that the run does not bring.
    Newer,
    /// A list that was left before its end is partial.
    Partial,
}

/// The property that everything is about.
pub const NOTHING_DELETED: &str = "nothing that exists is deleted";

/// The faults that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Faults {
    pub lost: u8,
    pub repeated: u8,
    /// Uploads that something between the two acknowledges.
    pub swallowed: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    provider: Objects,
    held: Objects,
    /// The times at which JupiterOne got each object.
    got: [u8; 3],
    clock: u8,
    jobs: Vec<Job>,
    runs: Vec<Run>,
    network: BTreeSet<Message>,
    faults: Faults,
    /// An object that the provider has was deleted.
    wrong: bool,
    /// As `wrong`, after another run had finalized between the query and the finalize.
    unseen: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Job {
    status: Status,
    received: Objects,
    started: u8,
    finalizes: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Status {
    Open,
    Finalized,
    Aborted,
}

/// The phases of a run, each with the request that it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    Starting,
    Reading,
    Uploading,
    Checking,
    Querying,
    Finalizing,
    /// Asks for the job after the response to a finalize was lost.
    Asking,
    Aborting,
    /// Ended with a finalized job.
    Complete,
    /// Ended with a finalized job, and some types were kept.
    Partial,
    /// Ended otherwise.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Run {
    phase: Phase,
    attempt: u8,
    job: Option<usize>,
    read: Objects,
    /// The type is partial.
    partial: bool,
    /// Another run has finalized since this one asked what JupiterOne holds.
    outdated: bool,
}

/// A request or a response on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    Request { run: usize, attempt: u8, phase: Phase, job: usize, objects: Objects, partial: bool },
    Response { run: usize, attempt: u8, phase: Phase, said: Said },
}

/// The content of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Said {
    Job { number: usize, open: bool, received: Objects, finalized: bool },
    Held { objects: Objects, newer: Objects },
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The provider gets a record.
    Come,
    /// A run reads the list, wholly or in part.
    Read { run: usize, partly: bool },
    /// A run joins a job that is open.
    Join { run: usize },
    /// A message arrives; with `again`, it arrives once more later.
    Deliver { message: Message, again: bool },
    /// A message is lost.
    Lose(Message),
    /// An upload is acknowledged by something on the way, and lost.
    Swallow(Message),
    /// A run has waited long enough for a response.
    TimeOut { run: usize },
}

impl Model for Life {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let run =
            Run { phase: Phase::Starting, attempt: 0, job: None, read: 0, partial: false, outdated: false };
        let mut state = State {
            provider: STAYS,
            held: GONE | STAYS,
            got: [0; 3],
            clock: 1,
            jobs: Vec::new(),
            runs: vec![run; self.runs],
            network: BTreeSet::new(),
            faults: self.faults,
            wrong: false,
            unseen: false,
        };
        for run in 0..if self.joins { 1 } else { self.runs } {
            state.send(run);
        }
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if self.churn && state.provider & NEW == 0 {
            actions.push(Action::Come);
        }
        for (number, run) in state.runs.iter().enumerate() {
            match run.phase {
                Phase::Reading => {
                    actions.extend([false, true].map(|partly| Action::Read { run: number, partly }));
                }
                Phase::Starting
                    if self.joins
                        && number == 1
                        && (!state.jobs.is_empty() || state.runs[0].phase == Phase::Failed) =>
                {
                    actions.push(Action::Join { run: number });
                }
                _ => {}
            }
            // Without a fault, a response comes in time.
            if run.is_waiting() && !state.will_hear(number) {
                actions.push(Action::TimeOut { run: number });
            }
        }
        for message in &state.network {
            actions.push(Action::Deliver { message: *message, again: false });
            if state.faults.repeated > 0 {
                actions.push(Action::Deliver { message: *message, again: true });
            }
            if state.faults.lost > 0 {
                actions.push(Action::Lose(*message));
            }
            if state.faults.swallowed > 0
                && let Message::Request { phase: Phase::Uploading, .. } = message
            {
                actions.push(Action::Swallow(*message));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Come => state.provider |= NEW,
            Action::Read { run, partly } => {
                // A list that is left before its end may miss anything.
                state.runs[run].read = if partly { 0 } else { state.provider };
                state.runs[run].partial = partly && self.without != Some(Check::Partial);
                state.go_on(run, Phase::Uploading);
            }
            Action::Join { run } => {
                state.runs[run].job = Some(0);
                let open = state.jobs.first().is_some_and(|job| job.status == Status::Open);
                state.runs[run].phase = if open { Phase::Reading } else { Phase::Failed };
            }
            Action::Deliver { message, again } => {
                if again {
                    state.faults.repeated -= 1;
                } else {
                    state.network.remove(&message);
                }
                state.deliver(self, message);
            }
            Action::Lose(message) => {
                state.faults.lost -= 1;
                state.network.remove(&message);
            }
            Action::Swallow(message) => {
                state.faults.swallowed -= 1;
                state.network.remove(&message);
                if let Message::Request { run, attempt, phase, job, .. } = message {
                    let said = Said::Job { number: job, open: true, received: 0, finalized: false };
                    state.network.insert(Message::Response { run, attempt, phase, said });
                }
            }
            Action::TimeOut { run } => state.time_out(run),
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(NOTHING_DELETED, |_, state: &State| !state.wrong),
            Property::always("no job is finalized twice", |_, state: &State| {
                state.jobs.iter().all(|job| job.finalizes <= 1)
            }),
            Property::always("a complete run is right", |life: &Self, state: &State| {
                let complete = state.runs.iter().any(|run| run.phase == Phase::Complete);
                !complete || life.runs > 1 || state.held & GONE == 0 && state.held & STAYS != 0
            }),
            Property::eventually("every run ends", |_, state: &State| {
                state.runs.iter().all(|run| run.phase >= Phase::Complete)
            }),
            Property::sometimes("a run is complete", |_, state: &State| {
                state.runs.iter().any(|run| run.phase == Phase::Complete)
            }),
        ];
        if self.runs > 1 && !self.joins {
            // What docs/deletion-safety.md says is not covered. Should this fail, the page is to be corrected.
            properties.push(Property::sometimes(
                "a run that ends between the query and the finalize of another is not seen",
                |_, state: &State| state.unseen,
            ));
        }
        properties
    }
}

impl Run {
    const fn is_waiting(&self) -> bool {
        self.attempt > 0
            && !matches!(self.phase, Phase::Reading)
            && (self.phase as u8) < Phase::Complete as u8
    }
}

impl State {
    /// Sends the request of the phase that a run is in.
    fn send(&mut self, run: usize) {
        let sender = &mut self.runs[run];
        sender.attempt += 1;
        let message = Message::Request {
            run,
            attempt: sender.attempt,
            phase: sender.phase,
            job: sender.job.unwrap_or_default(),
            objects: sender.read,
            partial: sender.partial,
        };
        self.network.insert(message);
    }

    fn go_on(&mut self, run: usize, phase: Phase) {
        self.runs[run].phase = phase;
        self.runs[run].attempt = 0;
        if phase < Phase::Complete && phase != Phase::Reading {
            self.send(run);
        }
    }

    /// Returns `true` while a request of this run, or its response, is on the way.
    fn will_hear(&self, number: usize) -> bool {
        let (now, sent) = (self.runs[number].phase, self.runs[number].attempt);
        self.network.iter().any(|message| match message {
            Message::Request { run, attempt, phase, .. } | Message::Response { run, attempt, phase, .. } => {
                *run == number && *phase == now && *attempt == sent
            }
        })
    }

    fn time_out(&mut self, number: usize) {
        let run = &self.runs[number];
        match run.phase {
            // A start is not sent again: the job of the first would stay open. No abort, since there is no id.
            Phase::Starting => self.go_on(number, Phase::Failed),
            _ if run.attempt < ATTEMPTS => self.send(number),
            Phase::Finalizing => self.go_on(number, Phase::Asking),
            // It is not known if the job was finalized, so it is not aborted.
            Phase::Asking | Phase::Aborting => self.go_on(number, Phase::Failed),
            _ => self.go_on(number, Phase::Aborting),
        }
    }

    fn deliver(&mut self, life: &Life, message: Message) {
        match message {
            Message::Request { run, attempt, phase, job, objects, partial } => {
                let said = self.jupiterone(run, phase, job, objects, partial);
                self.network.insert(Message::Response { run, attempt, phase, said });
            }
            // A response that comes too late meets a client that waits for another, or for none.
            Message::Response { run, attempt, phase, said } => {
                let receiver = &self.runs[run];
                if receiver.phase == phase && receiver.attempt == attempt {
                    self.hear(life, run, said);
                }
            }
        }
    }

    /// A run hears what it has waited for.
    fn hear(&mut self, life: &Life, number: usize, said: Said) {
        let joined = life.joins && number == 1;
        let give_up = if joined { Phase::Failed } else { Phase::Aborting };
        let run = &mut self.runs[number];
        let ended = if run.partial { Phase::Partial } else { Phase::Complete };
        let next = match (run.phase, said) {
            (Phase::Starting, Said::Job { number: job, .. }) => {
                run.job = Some(job);
                Phase::Reading
            }
            (Phase::Uploading, Said::Job { .. }) => Phase::Checking,
            // Fewer than were acknowledged: something on the way has them.
            (Phase::Checking, Said::Job { open: true, received, .. })
                if run.read & !received == 0 || life.without == Some(Check::Received) =>
            {
                Phase::Querying
            }
            (Phase::Querying, Said::Held { newer, .. }) => {
                run.partial |= newer & !run.read != 0 && life.without != Some(Check::Newer);
                Phase::Finalizing
            }
            (Phase::Finalizing | Phase::Asking, Said::Job { finalized: true, .. }) => ended,
            (Phase::Finalizing, Said::Refused) => Phase::Asking,
            (Phase::Aborting, _) => Phase::Failed,
            _ => give_up,
        };
        self.go_on(number, next);
    }
}
