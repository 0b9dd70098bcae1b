//! What a step reports of its work: how much it read, and events for the people who look at its job.

mod event;
mod marks;
mod outcome;

pub use event::{Event, Level, NAMES};
pub use marks::{Marks, Scope, Tolerated};
pub use outcome::{Counts, Outcome};

pub(crate) use marks::Open;
