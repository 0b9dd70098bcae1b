//! JupiterOne: it takes requests about jobs in any order, and refuses those that a job is not open for.

use super::{Job, Objects, Phase, Said, State, Status};

impl State {
    /// JupiterOne takes a request, and says something.
    pub(super) fn jupiterone(
        &mut self,
        run: usize,
        phase: Phase,
        number: usize,
        objects: Objects,
        partial: bool,
    ) -> Said {
        if phase == Phase::Starting {
            self.clock += 1;
            let started = self.clock;
            self.jobs.push(Job { status: Status::Open, received: 0, started, finalizes: 0 });
            return self.job(self.jobs.len() - 1);
        }
        if phase == Phase::Querying {
            let started = self.jobs[number].started;
            let newer = (0..3).filter(|at| self.held & (1 << at) != 0 && self.got[*at] > started);
            return Said::Held { objects: self.held, newer: newer.fold(0, |all, at| all | (1 << at)) };
        }
        let open = self.jobs[number].status == Status::Open;
        match phase {
            Phase::Checking | Phase::Asking => self.job(number),
            _ if !open => Said::Refused,
            Phase::Uploading => {
                // A repeated upload says `ignoreDuplicates`, so that it is the same as one.
                self.jobs[number].received |= objects;
                self.job(number)
            }
            Phase::Aborting => {
                self.jobs[number].status = Status::Aborted;
                self.job(number)
            }
            _ => {
                self.finalize(run, number, partial);
                self.job(number)
            }
        }
    }

    fn finalize(&mut self, run: usize, number: usize, partial: bool) {
        self.clock += 1;
        let before = self.held;
        let received = self.jobs[number].received;
        self.held = if partial { before | received } else { received };
        for at in 0..3 {
            if self.held & !before & (1 << at) != 0 {
                self.got[at] = self.clock;
            }
        }
        self.jobs[number].status = Status::Finalized;
        self.jobs[number].finalizes += 1;
        if before & self.provider & !self.held != 0 {
            if self.runs[run].outdated {
                self.unseen = true;
            } else {
                self.wrong = true;
            }
        }
        for (other, run_of_other) in self.runs.iter_mut().enumerate() {
            run_of_other.outdated |= other != run && run_of_other.phase >= Phase::Querying;
        }
    }

    fn job(&self, number: usize) -> Said {
        let job = &self.jobs[number];
        Said::Job {
            number,
            open: job.status == Status::Open,
            received: job.received,
            finalized: job.status == Status::Finalized,
        }
    }
}
