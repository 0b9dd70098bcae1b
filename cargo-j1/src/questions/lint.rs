//! The rules of question files: those of the official tools, and ours.

use std::collections::BTreeSet;

use j1ql::Severity;
use serde_json::{Value, json};

use super::file::{Question, QuestionFile};
use super::vocabulary::Known;
use crate::style::{ERROR, WARNING};

/// The values of `resultsAre`.
const RESULTS: [&str; 4] = ["GOOD", "BAD", "INFORMATIVE", "UNKNOWN"];

/// Something wrong with a question file.
#[derive(Debug)]
pub struct Problem {
    /// The id of the question.
    question: String,
    /// The number of its query, from 1.
    query: Option<usize>,
    /// A stable name of the rule.
    check: &'static str,
    message: String,
    pub is_error: bool,
}

impl Problem {
    pub fn json(&self) -> Value {
        json!({
            "question": self.question, "query": self.query, "check": self.check, "message": self.message,
            "severity": if self.is_error { "error" } else { "warning" },
        })
    }

    pub fn text(&self) -> String {
        let (style, word) = if self.is_error { (ERROR, "error") } else { (WARNING, "warning") };
        let query = self.query.map(|number| format!(", query {number}")).unwrap_or_default();
        format!("{style}{word}{style:#}[{}]: {}{query}: {}\n", self.check, self.question, self.message)
    }
}

/// Checks a file.
pub fn check(file: &QuestionFile, known: &Known) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    let mut titles = BTreeSet::new();
    for question in &file.questions {
        let mut add = |check, message: String| {
            problems.push(Problem {
                question: question.id.clone(),
                query: None,
                check,
                message,
                is_error: true,
            });
        };
        if !ids.insert(&question.id) {
            add("duplicate-id", format!("the id `{}` is already taken; choose another", question.id));
        }
        if !titles.insert(&question.title) {
            add(
                "duplicate-title",
                format!("the title `{}` is already taken; choose another", question.title),
            );
        }
        if question.queries.is_empty() {
            add("no-query", "the question has no query; add one".to_owned());
        }
        let mut tags = BTreeSet::new();
        for tag in question.tags.iter().filter(|tag| !tags.insert(*tag)) {
            add("duplicate-tag", format!("the tag `{tag}` occurs twice; remove one"));
        }
        let mut names = BTreeSet::new();
        for name in question.queries.iter().filter_map(|query| query.name.as_ref()) {
            if !names.insert(name) {
                add("duplicate-query-name", format!("two queries are called `{name}`; rename one"));
            }
        }
        queries(question, known, &mut problems);
    }
    problems
}

fn queries(question: &Question, known: &Known, problems: &mut Vec<Problem>) {
    for (at, query) in question.queries.iter().enumerate() {
        let mut add = |check, message: String, is_error| {
            let (question, query) = (question.id.clone(), Some(at + 1));
            problems.push(Problem { question, query, check, message, is_error });
        };
        if let Some(results) =
            query.results_are.as_ref().filter(|results| !RESULTS.contains(&results.as_str()))
        {
            add("results-are", format!("`resultsAre: {results}` is not one of {}", RESULTS.join(", ")), true);
        }
        let findings = j1ql::parse(&query.query).and_then(|parsed| j1ql::check(&query.query, &parsed, known));
        match findings {
            Err(error) => add(error.kind.name(), error.to_string(), true),
            Ok(findings) => {
                for finding in findings {
                    add(finding.check, finding.to_string(), finding.severity == Severity::Error);
                }
            }
        }
    }
}
