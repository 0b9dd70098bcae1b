//! The relationships that the data model describes.

/// A relationship that the data model describes between two classes.
///
/// Facts only: neither JupiterOne nor its official validator enforces these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationshipRule {
    /// The class of the entity it leaves.
    pub from: &'static str,
    /// The relationship classes it may have.
    pub classes: &'static [&'static str],
    /// The class of the entity it enters.
    pub to: &'static str,
    /// `true` if the rule is adopted; the others are proposed.
    pub adopted: bool,
}
