//! Runs the seeds of a simulation on all processors.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Reads a number from the environment.
pub fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

/// Runs the seeds from 0 up to `all`, and returns the failures. After `enough` of them no other seed begins.
pub fn run(all: u64, enough: usize, seed: impl Fn(u64) -> Result<(), String> + Sync) -> Vec<String> {
    let (next, failures) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let this = next.fetch_add(1, Ordering::Relaxed);
                    if this >= all {
                        return;
                    }
                    if let Err(failure) = seed(this) {
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        failures.push(failure);
                        if failures.len() >= enough {
                            // The other threads end with what they are at.
                            next.store(all, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap_or_else(PoisonError::into_inner)
}
