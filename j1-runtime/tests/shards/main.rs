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
mod store;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The number of seeds by default; `.ci/weekly` runs more of them in the profile `soak`.
const SEEDS: u64 = 60;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

#[test]
fn no_schedule_of_shards_deletes_what_still_exists_or_finalizes_twice() {
    if let Some(only) = number("J1_SIMULATION_SEED") {
        if let Err(failure) = seed::seed(only, true) {
            panic!("seed {only}: {failure}");
        }
        return;
    }
    let all = number("J1_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(0);
    let (failures, met) = (Mutex::new(Vec::new()), Mutex::new(world::Met::default()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let this = next.fetch_add(1, Ordering::Relaxed);
                    if this >= all {
                        return;
                    }
                    match seed::seed(this, false) {
                        Ok(of) => met.lock().unwrap_or_else(PoisonError::into_inner).add(&of),
                        Err(failure) => {
                            failures.lock().unwrap_or_else(PoisonError::into_inner).push((this, failure));
                            // The other threads end with what they are at.
                            next.store(all, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((seed, failure)) = failures.first() {
        panic!("J1_SIMULATION_SEED={seed}: {failure}");
    }
    let met = met.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("measured: shards.seeds = {all}");
    for (name, count) in met.counts() {
        println!("measured: shards.{name} = {count}");
        // A fault that never happens shows nothing.
        assert!(count > 0 || all < SEEDS, "{name} never happened");
    }
}
