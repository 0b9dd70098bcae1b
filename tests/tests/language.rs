//! The rules of CONTRIBUTING.md on language that a program can check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The Rust files of the workspace, with their paths below it.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut folders, mut files) = (vec![PathBuf::new()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).expect("a folder of the workspace") {
            let name = entry.expect("an entry of it").file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            let below = path.to_string_lossy().replace('\\', "/");
            if root.join(&path).is_dir() {
                if name != "target" && !name.starts_with('.') && !below.starts_with("tests/ui/") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") && below.contains('/') {
                files.push((below, std::fs::read_to_string(root.join(&path)).expect("a source file")));
            }
        }
    }
    assert!(files.len() > 300, "{} files", files.len());
    files
}

/// The crate that a file is in.
fn crate_of(file: &str) -> &str {
    let parts = if file.starts_with("integrations/") { 2 } else { 1 };
    file.match_indices('/').nth(parts - 1).map_or(file, |(at, _)| &file[..at])
}

/// The first line of each doc comment of a file.
fn doc_comments(text: &str) -> Vec<&str> {
    let mut before = "";
    let mut first = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let mark = ["///", "//!"].into_iter().find(|mark| line.starts_with(mark)).unwrap_or_default();
        if !mark.is_empty() && mark != before {
            first.push(line[3..].trim_start());
        }
        before = mark;
    }
    first
}

/// Returns `true` if a doc comment opens with a question word instead of a verb or a noun.
fn opens_with_a_question(comment: &str) -> bool {
    let word = comment.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    ["What", "Whether", "How", "Where", "Why", "Who", "Whose", "Whoever"].contains(&word)
}

#[test]
fn doc_comments_open_with_a_verb_or_a_noun() {
    let mut crates: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for (file, text) in sources() {
        let (all, asking) = crates.entry(crate_of(&file).to_owned()).or_default();
        for comment in doc_comments(&text) {
            *all += 1;
            if opens_with_a_question(comment) {
                asking.push(format!("{file}: {comment}"));
            }
        }
    }
    for (name, (all, asking)) in crates {
        // Less than 2 %, the share that well-kept crates stay below.
        assert!(asking.len() * 50 < all.max(50), "{name}: {} of {all}\n{}", asking.len(), asking.join("\n"));
    }
}

#[test]
fn no_constructor_is_called_of() {
    for (file, text) in sources().into_iter().filter(|(file, _)| file.contains("/src/")) {
        let of = text
            .lines()
            .find(|line| (line.contains("fn of(") || line.contains("fn of<")) && !line.contains("self"));
        assert_eq!(of, None, "{file}: write `new`, `from_..` or `parse`");
    }
}

#[test]
fn a_question_is_told_from_a_noun() {
    let text =
        "//! Whose it is.\n\n/// Whether.\n/// What.\nfn a() {}\n    /// Whatever comes.\n/// The whole.\n";
    let asking: Vec<bool> = doc_comments(text).into_iter().map(opens_with_a_question).collect();
    assert_eq!(asking, [true, true, false]);
}

#[test]
fn names_of_tests_begin_with_the_thing_that_is_tested() {
    for (file, text) in sources() {
        let asking: Vec<&str> = text
            .split("test]")
            .skip(1)
            .filter_map(|test| test.split("fn ").nth(1)?.split('(').next())
            .filter(|name| {
                ["what_", "who_", "whatever_", "whoever_"].iter().any(|word| name.starts_with(word))
            })
            .collect();
        assert!(asking.is_empty(), "{file}: begin with a noun: {asking:?}");
    }
}
