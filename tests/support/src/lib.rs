//! The parts that the end-to-end tests of the integrations share.

mod jupiterone;
mod program;
mod questions;

pub use jupiterone::{JUPITERONE_KEY, JupiterOne, jupiterone};
pub use program::{INSTANCE, Program, Ran, changes};
pub use questions::Questions;
