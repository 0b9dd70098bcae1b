//! The binary, fed with every case at once.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::case::Case;

/// The verdict of the binary on one line.
#[derive(Deserialize)]
#[serde(from = "Line")]
pub struct Verdict {
    pub valid: bool,
    /// The code and the property of each violation.
    pub errors: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Line {
    valid: bool,
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
    property: Option<String>,
}

impl From<Line> for Verdict {
    fn from(line: Line) -> Self {
        let errors =
            line.errors.into_iter().map(|problem| (problem.code, problem.property.unwrap_or_default()));
        Self { valid: line.valid, errors: errors.collect() }
    }
}

impl Verdict {
    pub fn has(&self, code: &str, property: &str) -> bool {
        self.errors.iter().any(|(found, of)| found == code && of == property)
    }
}

/// Runs `cargo j1 validate` on the cases and returns its verdicts.
pub fn validate(cases: &[Case]) -> Vec<Verdict> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-j1"))
        .args(["validate", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut input = child.stdin.take().expect("stdin is a pipe");
    let lines = ndjson(cases);
    // It answers while it reads.
    let feeder = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("the binary ends");
    feeder.join().expect("no panic").expect("all of it was read");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let said: Vec<Verdict> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert_eq!(said.len(), cases.len(), "a line for a line");
    let any_invalid = said.iter().any(|verdict| !verdict.valid);
    assert_eq!(output.status.code(), Some(if any_invalid { 8 } else { 0 }));
    said
}

/// The cases, one a line.
pub fn ndjson(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        text.push_str(&serde_json::to_string(&case.object).expect("JSON"));
        text.push('\n');
    }
    text
}
