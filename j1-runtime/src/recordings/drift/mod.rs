//! Compares the provider's responses with those that the integration was written for.
//!
//! The known shapes are in a file: for each endpoint, the members of its answers and the types that each has had. It is
//! learnt from recordings or from a run, committed with the integration, and compared with what comes.

mod endpoint;
mod file;
mod findings;
mod observe;
mod shape;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::code;
use crate::provider::transport::Exchange;
pub(crate) use findings::Findings;
use shape::Shape;

/// Answers of one endpoint that are looked at before only some are.
const FIRST: u64 = 64;
/// After the first ones, one in so many is looked at.
const THEN_ONE_IN: u64 = 8;
/// Endpoints that are kept apart; a path that never repeats must not fill the memory.
const MOST_ENDPOINTS: usize = 500;
/// Endpoints that are named as not known.
const NAMED: usize = 20;

/// The treatment of responses that differ from the known shapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DriftMode {
    /// Looks at many responses, and reports what differs.
    #[default]
    Report,
    /// Looks at all responses, and makes a difference an error.
    Fail,
    /// Looks at all responses, and writes their shapes down.
    Learn,
    /// Looks at none.
    Off,
}

/// Looks at what the provider answers.
pub(crate) struct Drift {
    mode: DriftMode,
    known: BTreeMap<String, Shape>,
    seen: Mutex<BTreeMap<String, Seen>>,
}

/// The observations of one endpoint.
#[derive(Default)]
struct Seen {
    answers: u64,
    looked: u64,
    shape: Shape,
}

impl Drift {
    /// Compares with the shapes in this text, or learns more; `None` where there is nothing to do.
    ///
    /// # Errors
    /// `J1-R1105` when the shapes cannot be read, or when they are missing and a difference is treated as an error.
    pub fn new(mode: DriftMode, embedded: &str, file: Option<&Path>) -> Result<Option<Self>> {
        let bad = |message: String| Error::new(Kind::Config, code::BAD_SHAPES, message);
        if mode == DriftMode::Off {
            return Ok(None);
        }
        let text = match file.map(|file| (file, std::fs::read_to_string(file))) {
            None => embedded.to_owned(),
            Some((_, Ok(text))) => text,
            Some((_, Err(error)))
                if mode == DriftMode::Learn && error.kind() == std::io::ErrorKind::NotFound =>
            {
                String::new()
            }
            Some((file, Err(error))) => {
                return Err(bad(format!("{} cannot be read: {error}", file.display())));
            }
        };
        let known =
            file::read(&text).map_err(|what| bad(format!("the known shapes cannot be read: {what}")))?;
        if known.is_empty() && mode == DriftMode::Fail {
            let message =
                "`--drift fail` has nothing to compare with; learn the shapes with `--drift learn` first";
            return Err(bad(message.to_owned()));
        }
        let idle = known.is_empty() && mode == DriftMode::Report;
        Ok((!idle).then_some(Self { mode, known, seen: Mutex::default() }))
    }

    /// Looks at an answer, unless enough of its kind were looked at.
    pub fn look(&self, exchange: &Exchange<'_>) {
        if !(200..300).contains(&exchange.answer.status) {
            return;
        }
        let name =
            endpoint::name(exchange.request.method.as_str(), exchange.request.url.path(), self.known.keys());
        let mut all = self.seen();
        if all.len() >= MOST_ENDPOINTS && !all.contains_key(&name) {
            return;
        }
        let known = self.known.get(&name);
        let seen = all.entry(name).or_default();
        seen.answers += 1;
        let all_of_them = self.mode != DriftMode::Report;
        // An unknown shape is not compared; it is enough to know that it was there.
        if (known.is_some() || all_of_them)
            && (all_of_them || seen.answers <= FIRST || seen.answers.is_multiple_of(THEN_ONE_IN))
        {
            seen.looked += 1;
            observe::observe(&exchange.answer.body, &mut seen.shape, known);
        }
    }

    /// Returns the differences.
    pub fn findings(&self) -> Findings {
        let seen = self.seen();
        let mut findings = Findings::default();
        for (name, seen) in &*seen {
            findings.answers += seen.answers;
            findings.looked += seen.looked;
            match self.known.get(name) {
                Some(known) => findings.compare(name, &seen.shape, known),
                None if findings.unknown_endpoints.len() < NAMED => {
                    findings.unknown_endpoints.push(crate::redact::text(name));
                }
                None => {}
            }
        }
        findings
    }

    /// Returns `true` if a difference is an error.
    pub fn fails(&self) -> bool {
        self.mode == DriftMode::Fail
    }

    /// Writes what is known now, where that was asked for: whether it was.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn learn(&self, file: &Path) -> Result<bool> {
        if self.mode != DriftMode::Learn {
            return Ok(false);
        }
        let mut known = self.known.clone();
        for (name, seen) in &*self.seen() {
            known.entry(name.clone()).or_default().join(&seen.shape);
        }
        file::write(file, &known).map_err(|error| {
            let message = format!("{} cannot be written", file.display());
            Error::new(Kind::Other, code::DISK, message).caused_by(error)
        })?;
        Ok(true)
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
