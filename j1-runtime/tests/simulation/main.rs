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
mod paging;
mod plan;
mod provider;
mod seed;
mod seeds;

use std::sync::atomic::Ordering;

use seeds::number;

/// The number of seeds by default, to which a quarter more are added whose lists have many pages; `.ci/run` runs [`ALL_CELLS`]
/// of them in the profile `soak`.
const SEEDS: u64 = 200;
/// The number of failed seeds after which no other begins.
const ENOUGH: usize = 10;
/// The number of seeds that meet every cell of the fault matrix.
const ALL_CELLS: u64 = 10_000;

/// Seeds that failed once, came close, or fail without a guard that few others notice, are run first and for ever: a fix
/// stays one.
const KEPT: [u64; 27] = [
    0, 4, 14, 35, 43, 138, 205, 353, 738, 975, 1662, 1969, 2059, 2765, 4006, 4877, 5812, 7230, 7407, 8402,
    8568, 10_758, 30_129, 35_259, 58_370, 67_784, 71_448,
];
/// The same, of the seeds from [`seed::DENSE`] on.
const KEPT_DENSE: [u64; 3] = [25, 11_787, 14_858];

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
    for kept in KEPT.into_iter().chain(KEPT_DENSE.map(|kept| seed::DENSE + kept)) {
        if let Err(failure) = seed::seed(kept, false) {
            panic!("kept seed {kept}, run {}: {}", failure.run, failure.what);
        }
    }
    let dense = all / 4;
    let failures = seeds::run(all + dense, ENOUGH, |this| {
        let this = if this < all { this } else { seed::DENSE + this - all };
        seed::seed(this, false)
            .map_err(|failure| format!("seed {this}, run {}: {}", failure.run, failure.what))
    });
    if let Some(first) = failures.first() {
        let heads = failures.iter().filter_map(|failure| failure.lines().next());
        let heads: Vec<&str> = heads.collect();
        panic!(
            "{first}\n{}\nrepeat one: J1_SIMULATION_SEED=.. cargo test -p j1-runtime --test simulation",
            heads.join("\n")
        );
    }
    let matrix = coverage::matrix();
    println!("{}", matrix.text);
    for (name, value) in [
        ("seeds", all + dense),
        ("runs", u64::from(matrix.runs)),
        ("cells", u64::from(matrix.cells)),
        ("unmet", matrix.unmet.len() as u64),
        ("least", u64::from(matrix.least)),
        ("cleared", seed::CLEARED.load(Ordering::Relaxed)),
        ("longest", seed::LONGEST_CLEARED.load(Ordering::Relaxed)),
    ] {
        println!("measured: simulation.{name} = {value}");
    }
    assert!(all < ALL_CELLS || matrix.unmet.is_empty(), "nothing has met {:?}", matrix.unmet);
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
