//! The completeness of a step.
//!
//! A DIFF finalize deletes what a run did not upload, so the types of a step that did not read everything must be protected.
//! A step therefore ends with an [`Outcome`], and a complete one comes only from a stream that reached its declared end, or
//! from a combination of such.

use super::marks::{Marks, Open};

/// The completeness of a step: it read everything that exists, or not everything and why.
///
/// A partial outcome registers with the running step when it is made. Dropping it does not make the step complete; only
/// [`Outcome::tolerate`] does.
#[derive(Debug, Clone)]
#[must_use = "return it from the step or combine it with the step's outcome"]
pub struct Outcome {
    /// The reasons why something is missing; empty if everything was read.
    reasons: Vec<String>,
    /// The number of reasons beyond those that are kept.
    more: u64,
    /// The marks of these reasons in the step.
    open: Option<Open>,
}

/// The number of reasons that are kept, so that a list with a million bad records is not a million texts.
pub(super) const KEPT: usize = 20;

/// The number of records of a list by the provider's own count, and the number that arrived.
///
/// ```
/// use j1_core::Outcome;
/// use j1_core::report::Counts;
///
/// let read = Outcome::nothing_to_read("an example");
/// assert!(read.clone().checked_against(&Counts { list: "GET /users", expected: 120, read: 120 }).is_complete());
///
/// let cut_off = read.checked_against(&Counts { list: "GET /users", expected: 120, read: 100 });
/// assert_eq!(cut_off.reasons(), ["`GET /users` has 120 records by its own count, and 100 of them came"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts<'l> {
    /// The list, in words that a reader recognizes: `GET /users`.
    pub list: &'l str,
    /// The number of records by the provider's own count, taken from its last response that stated one.
    pub expected: u64,
    /// The number of records that arrived, including those that could not be read.
    pub read: u64,
}

impl Outcome {
    /// Something was not read, for this reason. JupiterOne keeps what it holds of the step's types.
    pub fn partial(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let open = Open::in_current(&reason);
        Self { reasons: vec![reason], more: 0, open }
    }

    /// The step makes its objects from values it already has, so there is nothing it could fail to read.
    ///
    /// `why` explains it to readers of the code: "the account is built from the configuration".
    pub fn nothing_to_read(why: &'static str) -> Self {
        debug_assert!(!why.is_empty(), "say why there is nothing to read");
        Self::proven()
    }

    /// Not a way to make an outcome: the compiler says which is.
    #[doc(hidden)]
    pub fn complete<'proof>() -> Self
    where
        Self: WithoutProof<'proof>,
    {
        Self::proven()
    }

    /// Everything was read. For streams that know their end.
    pub(crate) const fn proven() -> Self {
        Self { reasons: Vec::new(), more: 0, open: None }
    }

    /// Combines two outcomes: complete when both are.
    pub fn and(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    /// Compares what arrived with the provider's own count: partial when fewer records arrived than were counted.
    ///
    /// More than were counted are no loss: the list grew while it was read.
    pub fn checked_against(self, counts: &Counts<'_>) -> Self {
        if counts.read >= counts.expected {
            return self;
        }
        let Counts { list, expected, read } = counts;
        self.and(Self::partial(format!(
            "`{list}` has {expected} records by its own count, and {read} of them came"
        )))
    }

    /// Adds the outcome of another part of the work.
    pub fn add(&mut self, other: Self) {
        self.more += other.more;
        for reason in other.reasons {
            if self.reasons.contains(&reason) {
                continue;
            }
            if self.reasons.len() < KEPT {
                self.reasons.push(reason);
            } else {
                self.more += 1;
            }
        }
        match (&self.open, other.open) {
            (Some(open), Some(other)) => open.absorb(&other),
            (None, Some(other)) => self.open = Some(other),
            (_, None) => {}
        }
    }

    /// Accepts that something was not read, and returns a complete outcome.
    ///
    /// JupiterOne then deletes what was not read as if it were gone. `why` and the number of accepted losses are part of
    /// the run's summary.
    ///
    /// ```
    /// # use j1_core::Outcome;
    /// let photos = Outcome::partial("`GET /photos` failed with status 403");
    /// assert!(photos.tolerate("photos are decoration").is_complete());
    /// ```
    pub fn tolerate(self, why: &'static str) -> Self {
        if let Some(open) = self.open {
            open.tolerate(&self.reasons, why);
        }
        Self::proven()
    }

    /// Returns `true` if everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Returns why something is missing; the first reasons if there are very many.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// Returns the number of reasons beyond those of [`Outcome::reasons`].
    #[must_use]
    pub fn more_reasons(&self) -> u64 {
        self.more
    }

    /// Ends a step with this outcome: adds every loss of the step that it does not mention.
    pub(crate) fn with_open(self, marks: &Marks) -> Self {
        if let Some(open) = &self.open {
            open.reported(&self.reasons);
        }
        let (reasons, more) = marks.open();
        self.and(Self { reasons, more, open: None })
    }
}

/// Outcomes are equal when they give the same reasons.
impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        self.reasons == other.reasons && self.more == other.more
    }
}

impl Eq for Outcome {}

/// An outcome that nothing proves. Nothing implements it: a bound with a lifetime is looked at where it is used.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "[J1-E0713] nothing proves that the step has read everything",
    label = "a complete outcome is what `finish()` of a list returns",
    note = "end with the list that you read: `users.finish()`; join two with `users.finish()?.and(groups.finish()?)`",
    note = "a step that reads no list says why: `Outcome::nothing_to_read(\"the account is built from the configuration\")`"
)]
pub trait WithoutProof<'proof> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_grew_while_it_was_read_is_complete() {
        let counts = Counts { list: "GET /users", expected: 100, read: 101 };
        assert!(Outcome::proven().checked_against(&counts).is_complete());
    }

    #[test]
    fn very_many_reasons_are_counted_not_kept() {
        let mut outcome = Outcome::proven();
        for record in 0..1000 {
            outcome.add(Outcome::partial(format!("record {record} cannot be read")));
        }
        outcome.add(Outcome::partial("record 0 cannot be read"));
        assert_eq!((outcome.reasons().len(), outcome.more_reasons()), (KEPT, 1000 - KEPT as u64));
        let both = Outcome::partial("something else").and(outcome);
        assert_eq!((both.reasons().len(), both.more_reasons()), (KEPT, 1001 - KEPT as u64));
    }
}
