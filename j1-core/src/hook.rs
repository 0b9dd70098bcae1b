//! What an integration may do before and after each object is added.

pub use crate::recorder::Record;

/// What becomes of an object that a step adds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the object is sent or left out as this says"]
pub enum Verdict {
    /// It is sent.
    Keep,
    /// It is left out and named with this reason, and the types of its step keep what JupiterOne holds.
    LeaveOut(String),
}

impl Record<'_> {
    /// The value of a property as it is sent, if the object has it. Reads the whole object: for the few that matter.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<serde_json::Value> {
        let mut members: serde_json::Map<_, _> = serde_json::from_slice(self.json).ok()?;
        members.remove(name)
    }
}
