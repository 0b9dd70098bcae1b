//! Hooks of an integration, called before and after each object is added.

/// The decision of `before_add` about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the object is sent or left out as this says"]
#[non_exhaustive]
pub enum Verdict {
    /// It is sent.
    Keep,
    /// It is left out and named with this reason, and the types of its step keep what JupiterOne holds.
    LeaveOut(String),
}
