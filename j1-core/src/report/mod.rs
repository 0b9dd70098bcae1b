//! The report of a step: how much it read, its losses, and events for people who look at its job.

mod event;
mod marks;
mod outcome;

pub use event::{Event, Level, NAMES};
pub use marks::{Marks, Scope, Tolerated};
pub use outcome::{Counts, Loss, Only, Outcome};

pub(crate) use marks::Open;
