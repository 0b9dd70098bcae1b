//! The parts that the end-to-end tests of the integrations share.

mod jupiterone;
mod questions;

pub use jupiterone::{JUPITERONE_KEY, JupiterOne, jupiterone};
pub use questions::Questions;
