//! The coverage of the fault matrix: which faults have met in one run, and how often.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// Everything that can be different from a calm run. A pair that no run has met is a hole in the simulation.
pub const FAULTS: [&str; 19] = [
    "lossy network",
    "gentle network",
    "process dies",
    "token expires",
    "odd response",
    "records come",
    "records go",
    "records come and go",
    "step panics",
    "step fails",
    "step stops early",
    "step lies",
    "step is cut off",
    "step disabled",
    "--step",
    "small uploads",
    "signal",
    "job oddity",
    "query oddity",
];

/// Pairs that cannot meet in one run: each run has one mistake of the author, one kind of change, one network and one
/// oddity.
const APART: [&[&str]; 4] = [
    &["lossy network", "gentle network"],
    &["records come", "records go", "records come and go"],
    &["step panics", "step fails", "step stops early", "step lies", "step is cut off"],
    &["job oddity", "query oddity"],
];

static MET: Mutex<BTreeMap<(usize, usize), u64>> = Mutex::new(BTreeMap::new());

/// Notes the faults of one run.
pub fn note(faults: &[&'static str]) {
    let mut places: Vec<usize> =
        faults.iter().filter_map(|fault| FAULTS.iter().position(|known| known == fault)).collect();
    places.sort_unstable();
    let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
    for (nth, one) in places.iter().enumerate() {
        for other in &places[nth..] {
            *met.entry((*one, *other)).or_default() += 1;
        }
    }
}

/// Returns the matrix as text, and the pairs that no run has met.
pub fn matrix() -> (String, Vec<String>) {
    let met = MET.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut text, mut unmet) = (String::from("Runs in which two faults met:\n"), Vec::new());
    for (one, fault) in FAULTS.iter().enumerate() {
        let _ = write!(text, "{fault:>20}");
        for (other, with) in FAULTS.iter().enumerate().take(one + 1) {
            let apart = one != other && APART.iter().any(|all| all.contains(fault) && all.contains(with));
            let count = met.get(&(other, one)).copied().unwrap_or_default();
            if !apart && count == 0 {
                unmet.push(format!("{fault} with {with}"));
            }
            let _ = if apart { write!(text, "      -") } else { write!(text, " {count:>6}") };
        }
        text.push('\n');
    }
    (text, unmet)
}
