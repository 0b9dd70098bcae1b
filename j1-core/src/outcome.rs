//! Whether a step read everything, as a value that cannot be had for nothing.
//!
//! A DIFF finalize deletes what a run did not upload, so the types of a step that did not read everything
//! must be protected. A step therefore ends with an [`Outcome`], and the only way to a complete one is a
//! stream that reached its declared end, or a combination of such.

/// How much of what exists a step has read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an outcome that is dropped hides what was not read, and JupiterOne would delete it"]
pub struct Outcome {
    /// Why something is missing; nothing is when there is no reason.
    reasons: Vec<String>,
}

impl Outcome {
    /// Something was not read, for this reason. The types of the step keep what JupiterOne holds of them.
    pub fn partial(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()] }
    }

    /// The step makes what it adds from what it has at hand, so there is nothing it could fail to read.
    ///
    /// `why` says how, for whoever reads the code: "the account is built from the configuration".
    pub fn nothing_to_read(why: &'static str) -> Self {
        debug_assert!(!why.is_empty(), "say why there is nothing to read");
        Self::proven()
    }

    /// Everything was read. For streams that know their end.
    pub(crate) const fn proven() -> Self {
        Self { reasons: Vec::new() }
    }

    /// Both: complete when this and the other are.
    pub fn and(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    /// Adds what else was read.
    pub fn add(&mut self, other: Self) {
        for reason in other.reasons {
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Why something is missing.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}
