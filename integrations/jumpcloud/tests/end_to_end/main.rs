//! The integration's own binary against real servers on the loopback: a double of JumpCloud, and a JupiterOne.

mod bad_input;
mod collect;
mod describe;
mod failures;
mod network;
mod questions;
mod record;
mod recordings;
mod run;
mod support;
mod wire;
