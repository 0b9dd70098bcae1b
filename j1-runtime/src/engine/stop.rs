//! The signals that end a run early.

use std::pin::Pin;

/// A signal that asks a run to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopSignal {
    /// SIGHUP: the terminal was closed.
    HangUp,
    /// SIGINT, as from Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// Resolves when the run is asked to end.
pub(crate) type Stop<'a> = Pin<&'a mut (dyn Future<Output = StopSignal> + Send)>;
