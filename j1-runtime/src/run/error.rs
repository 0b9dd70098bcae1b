//! The error that ends a command, and the exit code that follows from it.

use std::fmt;

use j1_core::Error;
use j1_core::error::{Kind, exit};

use crate::code;
use crate::engine::StopSignal;

/// The kinds of errors that end a command. Each has one exit code; no other module chooses exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunErrorKind {
    /// Something that should always work did not.
    Bug,
    /// The command line asks for something that does not exist or does not fit together.
    Usage,
    /// The configuration is missing or invalid.
    Config,
    /// The provider refused the credentials, or did not respond while they were tried.
    Validation,
    /// JupiterOne reported errors for some objects of a job that it finished.
    ObjectErrors,
    /// JupiterOne refused, or the upload could not be completed.
    Aborted,
    /// The deletion guard stopped the run.
    TooManyDeleted,
    /// A check found a difference.
    Different,
    /// A signal ended the run.
    Interrupted(StopSignal),
}

impl RunErrorKind {
    /// The code that the process ends with.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Bug => exit::BUG,
            Self::Usage => exit::USAGE,
            Self::Config => exit::CONFIG,
            Self::Validation => exit::VALIDATION,
            Self::ObjectErrors => exit::PARTIAL,
            Self::Aborted => exit::ABORTED,
            Self::TooManyDeleted => exit::TOO_MANY_DELETED,
            Self::Different => exit::DIFFERENT,
            Self::Interrupted(StopSignal::HangUp) => exit::HUNG_UP,
            Self::Interrupted(StopSignal::Interrupt) => exit::INTERRUPTED,
            Self::Interrupted(StopSignal::Terminate) => exit::TERMINATED,
        }
    }
}

/// The error that ends a command.
#[derive(Debug)]
pub(crate) struct RunError {
    kind: RunErrorKind,
    error: Error,
}

impl RunError {
    /// An error of this kind.
    pub const fn new(kind: RunErrorKind, error: Error) -> Self {
        Self { kind, error }
    }

    /// A bug, or a machine that does not do what every machine should.
    pub const fn bug(error: Error) -> Self {
        Self::new(RunErrorKind::Bug, error)
    }

    /// Wrong usage.
    pub const fn usage(error: Error) -> Self {
        Self::new(RunErrorKind::Usage, error)
    }

    /// JupiterOne refused, or the upload could not be completed.
    pub const fn aborted(error: Error) -> Self {
        Self::new(RunErrorKind::Aborted, error)
    }

    /// A configuration that cannot be used, with every problem at once.
    pub fn config(problems: &[String]) -> Self {
        let error = Error::new(Kind::Config, code::CONFIG, problems.join("\n"));
        Self::new(RunErrorKind::Config, error)
    }

    /// A signal that came before anything was changed.
    pub fn interrupted(signal: StopSignal) -> Self {
        let message = "the run was interrupted; nothing was changed";
        let error = Error::new(Kind::Cancelled, code::INTERRUPTED, message);
        Self::new(RunErrorKind::Interrupted(signal), error)
    }

    /// The kind of the error.
    pub const fn kind(&self) -> RunErrorKind {
        self.kind
    }

    /// The code that the process ends with.
    pub const fn exit_code(&self) -> u8 {
        self.kind.exit_code()
    }

    /// The error with its code and message.
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// The error without its kind.
    pub fn into_error(self) -> Error {
        self.error
    }
}

/// An error outside of a step: what it means for the run follows from its kind.
impl From<Error> for RunError {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            Kind::Config => RunErrorKind::Config,
            Kind::Upload | Kind::Cancelled => RunErrorKind::Aborted,
            Kind::Credentials | Kind::Provider | Kind::Data => RunErrorKind::Validation,
            // `Other`, and kinds that are yet to come.
            _ => RunErrorKind::Bug,
        };
        Self::new(kind, error)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}
