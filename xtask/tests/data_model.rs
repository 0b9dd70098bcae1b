//! `cargo xtask data-model`: the generated files are current, and facts that it does not understand stop it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn facts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../j1-model/data/data-model.json")
}

fn check(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["data-model", "--check"])
        .args(arguments)
        .output()
        .expect("xtask runs")
}

/// Checks with facts in which `from` is `to`, for the first time that it occurs.
fn check_changed(name: &str, from: &str, to: &str) -> Output {
    let text = std::fs::read_to_string(facts()).expect("the facts");
    assert!(text.contains(from), "{from}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::write(&file, text.replacen(from, to, 1)).expect("a file for the changed facts");
    check(&[file.to_str().expect("a path in UTF-8")])
}

#[test]
fn the_generated_files_are_what_the_facts_say() {
    let output = check(&[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_difference_exits_8_and_names_the_file() {
    let output = check_changed("version", r#""version":"0.64.2""#, r#""version":"0.65.0""#);
    assert_eq!(output.status.code(), Some(8));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("class.rs") && errors.contains("generated"), "{errors}");
}

#[test]
fn unknown_parts_of_the_data_model_stop_the_generator() {
    for (name, from, to, word) in [
        ("keyword", r#""uniqueItems":true"#, r#""maxItems":3"#, "maxItems"),
        ("format", r#""format":"asn""#, r#""format":"uuid""#, "uuid"),
        ("pattern", r#""pattern":"^CWE-\\d+$""#, r#""pattern":"^X$""#, "^X$"),
        ("type", r#""types":["boolean"]"#, r#""types":["object"]"#, "object"),
        (
            "date",
            r#""types":["number"],"required":false,"inheritedFrom":"Entity","format":"date-time""#,
            r#""types":["string"],"required":false,"inheritedFrom":"Entity","format":"date-time""#,
            "date-time",
        ),
        ("count", r#""classes":102"#, r#""classes":103"#, "103"),
        ("names", r"A-Za-z0-9. -]+$", r"A-Za-z0-9_. -]+$", "names"),
    ] {
        let output = check_changed(name, from, to);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {errors}");
        assert!(errors.contains(word), "{name}: {errors}");
    }
}

#[test]
fn a_wrong_command_line_is_answered_with_the_usage() {
    for arguments in [&["--chekc"][..], &["a.json", "b.json"]] {
        let output = check(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage:"));
    }
    assert_eq!(check(&["/no/such/facts.json"]).status.code(), Some(1));
}
