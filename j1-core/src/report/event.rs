//! Events of a run, for people who look at its job in JupiterOne.

/// The severity of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something is as it should be.
    Info,
    /// Something is missing, and the job goes on.
    Warn,
    /// The job has failed: JupiterOne shows it so whatever else happens.
    Error,
}

/// One event of a job: a name that JupiterOne knows, and a sentence for people.
///
/// JupiterOne takes a job for failed as soon as one of its events has a **name that contains `error`**. A name is
/// therefore never free text here: only the constructors that begin with `error` make such an event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "`job.event(..)` sends it"]
pub struct Event {
    name: &'static str,
    level: Level,
    description: String,
}

macro_rules! events {
    ($($(#[$docs:meta])* $constructor:ident = $level:ident $name:literal;)*) => {
        impl Event {
            $(
                $(#[$docs])*
                pub fn $constructor(description: impl Into<String>) -> Self {
                    Self { name: $name, level: Level::$level, description: description.into() }
                }
            )*
        }

        /// The names of all events with their levels, in no order.
        pub const NAMES: &[(&str, Level)] = &[$(($name, Level::$level)),*];

        $(
            // What the compiler can hold is held by it.
            const _: () = assert!(
                matches!(Level::$level, Level::Error) == contains_error($name),
                "JupiterOne takes a job for failed when an event's name contains `error`"
            );
        )*
    };
}

events! {
    /// Something worth knowing.
    info = Info "info";
    /// Figures of a run.
    stats = Info "stats";
    /// The results of a run.
    results = Info "results";
    /// Something could not be read. Say it in the step's [`Outcome`](crate::Outcome) too: an event protects nothing.
    warn_incomplete_data = Warn "warn_incomplete_data";
    /// The credentials may not read something; the description says which permission they need.
    warn_missing_permission = Warn "warn_missing_permission";
    /// The provider has more than may be read.
    warn_ingestion_limit = Warn "warn_ingestion_limit_encountered";
    /// The job has failed. JupiterOne shows it as failed, although the run goes on and is finalized.
    error = Error "error_unexpected_error";
    /// As [`Event::error`]: without a permission nothing of use can be read.
    error_missing_permission = Error "error_missing_permission";
    /// As [`Event::error`]: the provider has so much more than may be read that the rest is of no use.
    error_ingestion_limit = Error "error_ingestion_limit_encountered";
    /// A step has begun; the engine says it.
    step_start = Info "step_start";
    /// A step has ended; the engine says it.
    step_end = Info "step_end";
    /// A step does not run; the engine says it.
    step_skip = Info "step_skip";
    /// `sync` begins to upload a collection; the command says it.
    sync_upload_start = Info "sync_upload_start";
    /// `sync` has uploaded a collection; the command says it.
    sync_upload_end = Info "sync_upload_end";
    /// A step has failed; the engine says it. The other steps go on, and the job is not failed by it.
    step_failure = Warn "step_failure";
}

const fn contains_error(name: &str) -> bool {
    const ERROR: &[u8] = b"error";
    let name = name.as_bytes();
    let mut at = 0;
    while at + ERROR.len() <= name.len() {
        let mut same = 0;
        while same < ERROR.len() && name[at + same] == ERROR[same] {
            same += 1;
        }
        if same == ERROR.len() {
            return true;
        }
        at += 1;
    }
    false
}

impl Event {
    /// The name that JupiterOne knows it by.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns its severity.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Returns the sentence for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}
