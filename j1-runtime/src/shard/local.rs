//! The workers of `shard run`: processes of this program on this machine.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::code;
use crate::engine::Stop;
use crate::run::error::RunError;

/// The time between two looks at the workers.
const LOOK: Duration = Duration::from_millis(20);
/// The number of times that the work of one process is begun.
const ATTEMPTS: u32 = 2;

/// Worker processes. All of them are killed when this is dropped: what they have done so far stays in the store.
pub(crate) struct Workers {
    running: Vec<Worker>,
    arguments: Vec<String>,
    of: usize,
}

struct Worker {
    index: usize,
    attempt: u32,
    child: Option<Child>,
}

impl Workers {
    /// Starts `of` processes of this program with these arguments.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start(arguments: Vec<String>, of: usize) -> Result<Self> {
        let mut workers = Self { running: Vec::new(), arguments, of };
        for index in 0..of {
            let child = Some(workers.spawn(index)?);
            workers.running.push(Worker { index, attempt: 1, child });
        }
        Ok(workers)
    }

    fn spawn(&self, index: usize) -> Result<Child> {
        let failed = |error| Error::other("a worker process could not be started").caused_by(error);
        let program = std::env::current_exe().map_err(failed)?;
        let [index, of] = [index, self.of].map(|number| number.to_string());
        let own = ["--index", &index, "--of", &of, "--quiet"];
        let mut command = Command::new(program);
        command.args(&self.arguments).args(own).stdin(Stdio::null()).stdout(Stdio::null());
        command.spawn().map_err(failed)
    }

    /// Waits until all have ended; one that fails is started once more. Returns the indexes of those that failed again.
    ///
    /// # Errors
    /// When the run is asked to end.
    pub async fn finish(mut self, mut stop: Stop<'_>) -> Result<Vec<usize>, RunError> {
        let mut failed = Vec::new();
        loop {
            let mut ahead = false;
            for at in 0..self.running.len() {
                let Some(child) = &mut self.running[at].child else { continue };
                let ended = child.try_wait().map_err(|error| RunError::bug(waiting(error)))?;
                ahead |= ended.is_none();
                let Some(status) = ended else { continue };
                let Worker { index, attempt, .. } = self.running[at];
                self.running[at].child = None;
                if status.success() {
                    continue;
                }
                tracing::warn!("worker {index} ended with {status} (attempt {attempt} of {ATTEMPTS})");
                if attempt < ATTEMPTS {
                    self.running[at] =
                        Worker { index, attempt: attempt + 1, child: Some(self.spawn(index)?) };
                    ahead = true;
                } else {
                    failed.push(index);
                }
            }
            if !ahead {
                return Ok(failed);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                signal = stop.as_mut() => return Err(RunError::interrupted(signal)),
            }
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for child in self.running.iter_mut().filter_map(|worker| worker.child.as_mut()) {
            // One that has ended cannot be killed, and need not be.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn waiting(error: std::io::Error) -> Error {
    Error::new(Kind::Other, code::SHARD_ORDER, "a worker process cannot be waited for").caused_by(error)
}
