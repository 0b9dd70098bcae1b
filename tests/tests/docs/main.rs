//! The output of `docs` and `schema`, compared with that of the official tool for the same types.
//!
//! `official.md` was written by the functions of `j1-integration document` and its `markdown-table`, given the types of the
//! published JumpCloud integration and three mapped relationships.

use std::process::Command;

use serde_json::Value;

const OFFICIAL: &str = include_str!("official.md");

fn documented(args: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_documented"));
    let ran = command.args(args).current_dir(&folder).output().expect("it starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    (folder, String::from_utf8(ran.stdout).expect("text"))
}

#[test]
fn the_tables_are_the_official_ones_byte_for_byte() {
    let (folder, _) = documented(&["docs"]);
    let written = std::fs::read_to_string(folder.path().join("docs/documented.md")).expect("it is written");
    let (_, tables) = written.split_once("-->\n\n").expect("the note above them");
    let (tables, _) =
        tables.split_once("\nThe targets belong to other integrations:").expect("what ours adds");
    assert_eq!(tables, OFFICIAL);
}

#[test]
fn the_official_schema_has_the_titles() {
    let (_folder, schema) = documented(&["schema", "--format", "graph-schema"]);
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let names = schema["entities"].as_array().expect("entities").iter();
    let names: Vec<_> = names.map(|entity| entity["resourceName"].as_str().expect("a name")).collect();
    // Sorted as the tables are.
    assert_eq!(names, ["Application", "Configuration", "Device", "Group", "Organizations", "User"]);
}
