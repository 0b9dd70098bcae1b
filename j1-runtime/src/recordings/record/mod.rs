//! Writes the provider's responses as HAR, without secrets and with pseudonyms for persons.

mod persons;
mod recorder;
mod rules;
mod scrub;

pub(crate) use recorder::{Recorded, Recorder};
pub use rules::Recording;
