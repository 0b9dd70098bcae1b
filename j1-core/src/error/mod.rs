//! Errors of steps, of provider APIs and of uploads, and their stable codes.

mod code;
pub mod exit;

pub use code::{Code, TITLES};

use std::error::Error as StdError;
use std::fmt;

use crate::report::{Marks, Open};

/// The result of a function of an integration.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The cause of an error, which decides what it means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The provider refused the credentials (401, 403 on the first call).
    Credentials,
    /// The provider could not be read: a request failed, or its response is an error.
    Provider,
    /// A response of the provider does not match the structs.
    Data,
    /// The configuration does not make sense.
    Config,
    /// JupiterOne refused, or an upload could not be completed.
    Upload,
    /// The run was cancelled.
    Cancelled,
    /// Anything else, such as an error of the integration's own.
    Other,
}

/// An error with a stable code.
///
/// Any `std::error::Error` turns into one with `?`.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    code: Code,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// The mark that the error has left in its step.
    open: Option<Open>,
}

impl Code {
    /// An error of the integration's own code.
    pub const OWN: Self = Self("J1-R2000");
    /// Configuration that is missing or malformed.
    pub(crate) const CONFIGURATION: Self = Self("J1-R2012");
}

impl Error {
    /// An error of this kind. The message says what is wrong, and what to do.
    #[must_use]
    pub fn new(kind: Kind, code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, code, message: message.into(), source: None, open: None }))
    }

    /// An error of the integration's own.
    #[must_use]
    pub fn other(message: impl Into<String>) -> Self {
        Self::new(Kind::Other, Code::OWN, message)
    }

    /// A configuration that makes no sense: the run ends with exit code 3 ([`exit::CONFIG`]) and opens no job.
    ///
    /// For [`Connect::connect`] and `validate`, such as credentials of which either one or the other is needed. The
    /// message says which variables to set, and to what.
    ///
    /// [`Connect::connect`]: https://docs.rs/j1-runtime/latest/j1_runtime/trait.Connect.html
    #[must_use]
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, Code::CONFIGURATION, message)
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Registers the error with the running step: the step is partial even if its code discards the error.
    ///
    /// Everything of j1 that reads for a step calls this before it returns an error. [`Tolerate::tolerate`] takes it back.
    #[must_use]
    pub fn marked(self) -> Self {
        match Marks::current() {
            Some(marks) => self.marked_in(&marks),
            None => self,
        }
    }

    /// Registers the error with this step.
    pub(crate) fn marked_in(mut self, marks: &Marks) -> Self {
        if self.0.open.is_none() {
            self.0.open = Some(Open::new(marks.clone(), &self.to_string()));
        }
        self
    }

    /// Closes the mark of the error because a step ends with it.
    pub(crate) fn reported(self) -> Self {
        if let Some(open) = &self.0.open {
            open.reported(&[self.to_string()]);
        }
        self
    }

    /// Returns the reason that an outcome gives instead of the error, and the mark that the error has left in its step.
    pub(crate) fn into_loss(self) -> (String, Option<Open>) {
        let mut error = self.marked();
        (error.to_string(), error.0.open.take())
    }

    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Returns the message without the code and the causes.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.0.code, self.0.message)?;
        let mut source: Option<&(dyn StdError + 'static)> = self.0.source.as_ref().map(|s| &**s as _);
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let message = error.to_string();
        let mut own = Self::other(message);
        own.0.source = error.source().map(|cause| cause.to_string().into());
        own
    }
}

/// A loss that the author of a step can accept.
///
/// An error or a partial outcome makes its step partial, even if the step's code discards it. Accepting it is a decision that
/// the run reports: JupiterOne deletes what was not read as if it were gone.
///
/// ```
/// use j1_core::prelude::*;
///
/// # fn read_photo() -> Result<String> { Err(Error::other("no photo")) }
/// let photo: Option<String> = read_photo().tolerate("photos are decoration");
/// assert!(photo.is_none());
/// ```
pub trait Tolerate {
    /// The value without the loss.
    type Output;

    /// Accepts the loss; `why` is part of the run's summary.
    fn tolerate(self, why: &'static str) -> Self::Output;
}

impl<T> Tolerate for Result<T> {
    type Output = Option<T>;

    fn tolerate(self, why: &'static str) -> Option<T> {
        match self {
            Ok(value) => Some(value),
            Err(error) => {
                let error = error.marked();
                if let Some(open) = &error.0.open {
                    open.tolerate(&[error.to_string()], why);
                }
                None
            }
        }
    }
}
