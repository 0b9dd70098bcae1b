//! What a step reports of its work: how much it read, and events for the people who look at its job.

mod event;
mod outcome;

pub use event::{Event, Level, NAMES};
pub use outcome::{Counts, Outcome};
