//! The signals that end a process.

use crate::error::Error;

/// A signal that ends a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT, ctrl-c.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Signal {
    /// Its name without `SIG`.
    #[cfg(unix)]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "INT",
            Self::Terminate => "TERM",
        }
    }
}

/// Receives the signals. While it exists, they do not end this process.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    pub fn listen() -> Result<Self, Error> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind).map_err(|source| Error::System { what: "signals cannot be listened for", source })
        };
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// The next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

/// Receives ctrl-c. While it exists, ctrl-c does not end this process.
#[cfg(windows)]
#[derive(Debug)]
pub struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    /// Begins to listen.
    pub fn listen() -> Result<Self, Error> {
        let listening = tokio::signal::windows::ctrl_c();
        listening
            .map(|interrupt| Self { interrupt })
            .map_err(|source| Error::System { what: "signals cannot be listened for", source })
    }

    /// The next one.
    pub async fn next(&mut self) -> Signal {
        // The two signals can be distinguished on Unix only.
        match self.interrupt.recv().await {
            Some(()) => Signal::Interrupt,
            None => Signal::Terminate,
        }
    }
}
