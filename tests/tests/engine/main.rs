//! The engine from outside: a binary, a provider that is recorded, and a JupiterOne on this machine.

mod collections;
mod deletion;
mod killed;
mod modes;
mod pairs;
mod points;
mod sources;
mod support;
mod sync;
mod telemetry;
