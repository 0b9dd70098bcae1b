//! A deterministic simulation: one seed is a provider that changes, a network with faults, a JupiterOne, and several
//! runs between them, some of which end in the middle.
//!
//! After every run, whatever happened: nothing that the provider still has is gone from JupiterOne, nothing is there
//! twice, and a run that says that it is complete is. Where nothing happened that a run has to give up for, it is
//! complete: everything is there, and everything that is gone at the provider is gone.
//!
//! `J1_SIMULATION_SEED=42 cargo test -p j1-runtime --test simulation` repeats one seed, and tells what went over the
//! network; `J1_SIMULATION_SEEDS=1000000` runs more of them than usual.

mod coverage;
mod graph;
mod integration;
#[expect(dead_code, reason = "the deletion tests use the rest")]
mod jupiterone;
mod network;
mod provider;
mod seed;

use std::sync::atomic::{AtomicU64, Ordering};

/// The number of seeds by default.
const SEEDS: u64 = 10_000;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

/// Seeds that failed once, or came close, are run first and for ever: a fix stays one.
const KEPT: [u64; 8] = [0, 4, 14, 35, 43, 205, 353, 738];

/// Runs ten times as many seeds as usual; for a machine that has the time.
#[test]
#[ignore = "takes about ten times as long"]
fn nothing_that_still_exists_is_deleted_in_ten_times_as_many_seeds() {
    quiet();
    run(10 * SEEDS);
}

#[test]
fn nothing_that_still_exists_is_deleted() {
    quiet();
    if let Some(only) = number("J1_SIMULATION_SEED") {
        if let Err(failure) = seed::seed(only, true) {
            println!("{}", failure.log.join("\n"));
            panic!("seed {only}, run {}: {}", failure.run, failure.what);
        }
        return;
    }
    run(number("J1_SIMULATION_SEEDS").unwrap_or(SEEDS));
}

/// Runs the kept seeds and the first ones, on all processors, and prints what has met.
fn run(all: u64) {
    for kept in KEPT {
        if let Err(failure) = seed::seed(kept, false) {
            panic!("kept seed {kept}, run {}: {}", failure.run, failure.what);
        }
    }
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let this = next.fetch_add(1, Ordering::Relaxed);
                    if this >= all {
                        return;
                    }
                    if let Err(failure) = seed::seed(this, false) {
                        // The other threads end with what they are at.
                        next.store(all, Ordering::Relaxed);
                        panic!(
                            "seed {this}, run {}: {}\nrepeat it: J1_SIMULATION_SEED={this} cargo test -p j1-runtime \
                             --test simulation",
                            failure.run, failure.what
                        );
                    }
                }
            });
        }
    });
    let (matrix, unmet) = coverage::matrix();
    println!("{all} seeds\n{matrix}");
    assert!(all < SEEDS || unmet.is_empty(), "no run has met {unmet:?}");
}

/// Panics that are part of the simulation are not told.
fn quiet() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str() != Some(integration::SIMULATED_PANIC) {
            told(panic);
        }
    }));
}
