//! Every code that the compiler can raise has a case that shows what it says, and every other a test that does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The codes that only data can raise, and the tests that show them: what a class says of a value, of a text or of a
/// record as JSON is known when there is one. An unknown verb in Rust is a name that rustc does not find, and it says
/// which one is near.
const AT_RUN_TIME: &[(&str, &str)] = &[
    ("J1-E0208", "j1-core/tests/validate_entities.rs"),
    ("J1-E0209", "j1-core/tests/validate_entities.rs"),
    ("J1-E0211", "j1-core/tests/validate_entities.rs"),
    ("J1-E0213", "j1-core/tests/validate_entities.rs"),
    ("J1-E0215", "j1-core/tests/validate_entities.rs"),
    ("J1-E0217", "j1-core/tests/derived/main.rs"),
    ("J1-E0222", "j1-core/tests/validate_entities.rs"),
    ("J1-E0223", "j1-core/tests/validate_entities.rs"),
    ("J1-E0405", "j1-core/tests/validate_entities.rs"),
    ("J1-E0406", "j1-core/tests/validate_entities.rs"),
    ("J1-E0501", "j1-core/tests/validate_relationships.rs"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of every file below a folder whose name ends so, with its path.
fn texts(folder: &Path, end: &str) -> Vec<(PathBuf, String)> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                let text = fs::read_to_string(&path).expect("a text");
                found.push((path, text));
            }
        }
    }
    found
}

/// The codes that a text names in brackets, as messages do.
fn codes_in(text: &str) -> BTreeSet<String> {
    text.split("[J1-").skip(1).filter_map(|rest| Some(format!("J1-{}", rest.split_once(']')?.0))).collect()
}

#[test]
fn every_code_of_the_contract_is_shown_by_a_case_or_by_a_test() {
    let shown: BTreeSet<String> =
        texts(&root().join("tests/ui/fail"), ".stderr").iter().flat_map(|(_, text)| codes_in(text)).collect();
    let at_run_time: BTreeMap<&str, &str> = AT_RUN_TIME.iter().copied().collect();
    for (code, title) in j1_core::error::TITLES {
        let code = code.as_str();
        match at_run_time.get(code) {
            Some(place) => {
                assert!(!shown.contains(code), "{code} has a case: take it out of the list");
                let source = fs::read_to_string(root().join(place)).expect("the test");
                let short = code.trim_start_matches("J1-");
                assert!(source.contains(short), "{place} does not name {code} ({title})");
            }
            None => assert!(shown.contains(code), "no case of tests/ui shows {code} ({title})"),
        }
    }
}

#[test]
fn there_are_enough_cases_and_each_says_something_of_its_own() {
    let cases = texts(&root().join("tests/ui/fail"), ".stderr");
    assert!(cases.len() >= 125, "{} cases that must not compile", cases.len());
    let passing = texts(&root().join("tests/ui/pass"), ".rs");
    assert!(passing.len() >= 40, "{} cases that must compile", passing.len());
    let mut seen: BTreeMap<&str, &Path> = BTreeMap::new();
    for (path, text) in &cases {
        if let Some(other) = seen.insert(text, path) {
            panic!("{} and {} say the same", other.display(), path.display());
        }
    }
}
