//! The official validator's verdicts, as `official.mjs` wrote them.

use crate::case::Case;
use crate::run::ndjson;

const RECORDED: &str = include_str!("verdicts.txt");

/// The verdict on each of the cases, in their order.
///
/// With `DIFFERENTIAL_CASES` set to a file, the cases are written there for the official validator to judge.
pub fn of(cases: &[Case]) -> Vec<bool> {
    let text = ndjson(cases);
    let name = format!("{} cases {:016x}", cases.len(), j1_core::model::hash(&text));
    if let Some(file) = std::env::var_os("DIFFERENTIAL_CASES") {
        std::fs::write(file, format!("{name}\n{text}")).expect("the cases are written");
    }
    let (head, bits) = RECORDED.split_once('\n').expect("a head and verdicts");
    assert_eq!(
        head, name,
        "the cases are not those that the official validator has judged; README.md says how to have it judge these"
    );
    bits.chars()
        .filter_map(|digit| digit.to_digit(16))
        .flat_map(|digit| [8, 4, 2, 1].map(|bit| digit & bit != 0))
        .take(cases.len())
        .collect()
}
