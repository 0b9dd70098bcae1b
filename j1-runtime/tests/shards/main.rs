//! A deterministic simulation of sharded runs: one seed is a provider that changes, a JupiterOne, a store of files, and the
//! processes of several runs between them, duplicates included. Processes die or freeze at any of their awaits, and frozen
//! ones go on when the run is long over; requests get lost, and so do files.
//!
//! At every finalize: nothing that the provider still has is deleted, and no run is finalized twice. A `close` that says that
//! it is complete is. The last run of a seed has no faults: it is complete, and everything that is gone at the provider is gone.
//!
//! `J1_SIMULATION_SEED=42 cargo test -p j1-runtime --test shards` repeats one seed, and tells what happened;
//! `J1_SIMULATION_SEEDS=100000` runs more of them than usual.

mod alone;
#[path = "../simulation/graph.rs"]
mod graph;
mod integration;
#[path = "../simulation/jupiterone.rs"]
#[expect(dead_code, reason = "the simulation uses the rest")]
mod jupiterone;
mod process;
mod provider;
mod seed;
#[path = "../simulation/seeds.rs"]
mod seeds;
mod store;
mod world;

use std::sync::{Mutex, PoisonError};

use seeds::number;

/// The number of seeds by default; `.ci/weekly` runs more of them in the profile `soak`.
const SEEDS: u64 = 60;

#[test]
fn no_schedule_of_shards_deletes_what_still_exists_or_finalizes_twice() {
    if let Some(only) = number("J1_SIMULATION_SEED") {
        if let Err(failure) = seed::seed(only, true) {
            panic!("seed {only}: {failure}");
        }
        return;
    }
    let all = number("J1_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let met = Mutex::new(world::Met::default());
    let failures = seeds::run(all, 1, |this| {
        let of =
            seed::seed(this, false).map_err(|failure| format!("J1_SIMULATION_SEED={this}: {failure}"))?;
        met.lock().unwrap_or_else(PoisonError::into_inner).add(&of);
        Ok(())
    });
    if let Some(failure) = failures.first() {
        panic!("{failure}");
    }
    let met = met.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("measured: shards.seeds = {all}");
    for (name, count) in met.counts() {
        println!("measured: shards.{name} = {count}");
        // A fault that never happens shows nothing.
        assert!(count > 0 || all < SEEDS, "{name} never happened");
    }
}

#[test]
fn no_phase_reads_the_clock_of_its_machine() {
    // The clocks of two workers may be hours apart, so nothing may be decided by them: no lease, nothing that expires.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shard");
    let mut files = 0;
    for file in std::fs::read_dir(folder).expect("the phases") {
        let path = file.expect("a file").path();
        let source = std::fs::read_to_string(&path).expect("a source");
        for clock in ["::now()", "SystemTime", ".elapsed()"] {
            assert!(!source.contains(clock), "{} reads a clock: {clock}", path.display());
        }
        files += 1;
    }
    assert!(files > 20, "{files}");
}
