//! Facts that rustc evaluates, as types.

/// A fact about a type or about the steps of an integration, as a type of its own.
///
/// A rule on it is a trait bound: its error is an ordinary one, where a panic in `const` code would be an `E0080`.
pub struct Fact<const HOLDS: bool>;
