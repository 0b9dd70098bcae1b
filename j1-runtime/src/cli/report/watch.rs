//! Shows the progress of a run at intervals.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::cli::report::bars::Bars;
use crate::cli::report::lines::Lines;
use crate::observe::progress::{Look, Progress};

/// The interval at which lines on a terminal are drawn.
const DRAWN: Duration = Duration::from_millis(120);
/// The time of the first lines without a terminal. Most runs have ended by then.
const FIRST: Duration = Duration::from_secs(10);
/// The interval of the lines from then on, unless the operator sets another.
pub(crate) const EVERY: Duration = Duration::from_secs(30);

/// Shows how far a run is.
pub(super) trait Show: Send {
    /// Shows it.
    fn show(&mut self, look: &Look);
}

/// Looks at the progress of a run until this is dropped; then nothing of it is left on a terminal.
pub(crate) struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Shows the progress on stderr: drawn on a terminal, elsewhere in lines at this interval, where 0 turns them off.
    pub fn start(progress: &Arc<Progress>, apart: Duration) -> Self {
        if std::io::stderr().is_terminal() {
            return Self::with(progress, [DRAWN, DRAWN], Bars::new);
        }
        if apart.is_zero() {
            return Self { stop: None, thread: None };
        }
        Self::with(progress, [FIRST.min(apart), apart], || Lines::new(|line| anstream::eprintln!("{line}")))
    }

    fn with<S: Show>(
        progress: &Arc<Progress>,
        [first, apart]: [Duration; 2],
        show: impl FnOnce() -> S + Send + 'static,
    ) -> Self {
        let (stop, stopped) = channel::<()>();
        let progress = Arc::clone(progress);
        // A thread of its own: it goes on when a step blocks those that the run has.
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            let (mut show, mut pause) = (show(), first);
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                show.show(&progress.look());
                pause = apart;
            }
        });
        // Without a thread the run goes on; only its progress is not shown.
        Self { stop: Some(stop), thread: thread.ok() }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been told already.
            let _ = thread.join();
        }
    }
}
