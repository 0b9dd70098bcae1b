//! The integration's own binary against real servers on the loopback: a double of SentinelOne, and a JupiterOne.

mod answers;
mod console;
mod describe;
mod questions;
mod run;
mod support;
