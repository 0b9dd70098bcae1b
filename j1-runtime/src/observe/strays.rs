//! Losses of tasks that belong to no step: an author spawned them, and they use a client that no step has cloned.
//!
//! Such a task may work for any step of the runs on its runtime, so what it loses, all of them lose. A task on a runtime of the
//! author's own works for the runs on that on which its client was made.

use std::sync::{Mutex, MutexGuard, PoisonError};

use j1_core::report::Marks;
use tokio::runtime::{Handle, Id};

/// The runs of this process that have not ended: the runtime, the losses, and the number of runs that share them.
static RUNNING: Mutex<Vec<(Id, Marks, usize)>> = Mutex::new(Vec::new());

fn running() -> MutexGuard<'static, Vec<(Id, Marks, usize)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The losses that belong to no step; `None` while nothing runs on this runtime.
pub(crate) fn current() -> Option<Marks> {
    on(here()?)
}

/// As [`current`], or those of the runs on the runtime of a client.
pub(crate) fn of_client(home: Option<Id>) -> Option<Marks> {
    current().or_else(|| on(home?))
}

/// The runtime of the current task.
pub(crate) fn here() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

fn on(runtime: Id) -> Option<Marks> {
    running().iter().find(|(other, ..)| *other == runtime).map(|(_, marks, _)| marks.clone())
}

/// A run whose steps have not all ended.
pub(crate) struct Steps {
    runtime: Id,
    marks: Marks,
}

impl Steps {
    /// Begins to collect what belongs to no step.
    pub fn begin() -> Self {
        Marks::find_strays(current);
        let runtime = Handle::current().id();
        let mut all = running();
        let marks = match all.iter_mut().find(|(other, ..)| *other == runtime) {
            Some((_, marks, runs)) => {
                *runs += 1;
                marks.clone()
            }
            None => {
                let marks = Marks::of_run();
                all.push((runtime, marks.clone(), 1));
                marks
            }
        };
        Self { runtime, marks }
    }

    /// The losses so far, including requests that are still running.
    pub fn losses(&self) -> Vec<String> {
        self.marks.losses()
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        let mut all = running();
        for (_, _, runs) in all.iter_mut().filter(|(runtime, ..)| *runtime == self.runtime) {
            *runs -= 1;
        }
        all.retain(|(_, _, runs)| *runs > 0);
    }
}
