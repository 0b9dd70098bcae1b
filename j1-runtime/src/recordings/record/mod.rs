//! What the vendor answers, written as HAR: without secrets, and with made-up persons.

mod persons;
mod recorder;
mod rules;
mod scrub;

pub(crate) use recorder::{Recorded, Recorder};
pub use rules::Recording;
