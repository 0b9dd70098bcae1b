//! Shared parts of the benches: an integration, its provider, a JupiterOne that keeps nothing, the floor program, and clocks.
//!
//! Wall time says little on a machine that does other things as well, so every figure is CPU time.

pub mod floor;
#[expect(missing_docs, reason = "the fields of a made-up provider")]
pub mod integration;
pub mod jupiterone;
pub mod provider;
pub mod usage;

/// The allocator of a project that `cargo j1 new` makes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
