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
    /// How many more reasons there are than are kept.
    more: u64,
}

/// How many reasons an outcome keeps, so that a list with a million bad records is not a million texts.
const KEPT: usize = 20;

/// How many records of a list the vendor said there are, and how many came.
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
    /// The list, as a reader finds it again: `GET /users`.
    pub list: &'l str,
    /// How many records there are by the vendor's own count, taken from its last answer that said so.
    pub expected: u64,
    /// How many records came, those that could not be read included.
    pub read: u64,
}

impl Outcome {
    /// Something was not read, for this reason. The types of the step keep what JupiterOne holds of them.
    pub fn partial(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()], more: 0 }
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
        Self { reasons: Vec::new(), more: 0 }
    }

    /// Both: complete when this and the other are.
    pub fn and(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    /// Compares what came with the vendor's own count: partial when fewer records came than there are.
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

    /// Adds what else was read.
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
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Why something is missing; the first reasons, where there are very many.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// How many more reasons there are than [`Outcome::reasons`] tells.
    #[must_use]
    pub fn more_reasons(&self) -> u64 {
        self.more
    }
}

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
