//! The report of a step: its losses, and events for people who look at its job.

mod event;
mod marks;

pub use event::{Event, Level, NAMES};
pub use marks::{Begun, Marks, Part, Scope, Tolerated};

pub(crate) use marks::{Identity, KEPT, Open};
