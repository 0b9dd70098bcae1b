//! Queries and cases that are not ours to ship: `J1QL_CORPUS` and `J1QL_SEMANTICS` name files of JSON lines.
#![allow(missing_docs, reason = "tests")]

#[path = "support/graph.rs"]
mod graph;

use std::collections::BTreeSet;

use graph::{Graph, options};
use j1_local::query::{Answer, Data, QueryError};
use j1ql::ast::{Node, Query, Step, Target, Verbs};
use serde_json::{Value, json};

/// Cases that are answered otherwise here, with a notice: published questions have `UNIQUE` without `RETURN`, and
/// `SKIP`.
const DECIDED: [&str; 2] = ["errors-20", "order-limit-06"];

fn lines(variable: &str) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(std::env::var_os(variable)?).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The classes, types and verbs of a query.
fn names(query: &Query, nodes: &mut BTreeSet<String>, verbs: &mut BTreeSet<String>) {
    fn node(node: &Node, nodes: &mut BTreeSet<String>) {
        if let Target::Names(names) = &node.selector.target {
            nodes.extend(names.iter().map(|name| name.text.clone()));
        }
    }
    fn steps(all: &[Step], nodes: &mut BTreeSet<String>, verbs: &mut BTreeSet<String>) {
        for step in all {
            match step {
                Step::Optional(block) => steps(&block.steps, nodes, verbs),
                Step::Traversal(step) => {
                    node(&step.node, nodes);
                    if let Verbs::Names(names) = &step.verbs {
                        verbs.extend(names.iter().map(|name| name.text.to_uppercase()));
                    }
                }
            }
        }
    }
    node(&query.start, nodes);
    steps(&query.steps, nodes, verbs);
}

/// Entities of every class and type in the query, all related to each other by every verb.
fn graph_for(query: &Query, graph: &mut Graph) {
    let (mut nodes, mut verbs) = (BTreeSet::new(), BTreeSet::from(["HAS".to_owned()]));
    names(query, &mut nodes, &mut verbs);
    let mut entities = Vec::new();
    for (number, name) in nodes.iter().enumerate() {
        for copy in 0..2 {
            let is_class = name.starts_with(char::is_uppercase);
            entities.push(json!({
                "_key": format!("{name}:{copy}"),
                "_type": if is_class { format!("acme_{number}") } else { name.clone() },
                "_class": [if is_class { name.as_str() } else { "Record" }],
                "name": format!("name {copy}"), "displayName": name, "active": copy == 0, "id": number, "tags": ["a"],
            }));
        }
    }
    let mut relationships = Vec::new();
    for (from, verb) in entities.iter().flat_map(|entity| verbs.iter().map(move |verb| (entity, verb))) {
        for to in entities.iter().take(8) {
            relationships.push(json!({
                "_key": format!("{} {verb} {}", from["_key"], to["_key"]), "_type": "acme_rel", "_class": verb,
                "_fromEntityKey": from["_key"], "_toEntityKey": to["_key"], "ingress": true, "fromPort": 22,
            }));
        }
    }
    graph.replace(&entities, &relationships);
}

#[test]
fn every_query_of_a_corpus_runs_on_a_generated_graph() {
    let Some(lines) = lines("J1QL_CORPUS") else { return };
    let mut graph = Graph::new();
    let (mut ran, mut found, mut refused) = (0, 0, 0);
    for line in &lines {
        let text = line["query"].as_str().unwrap();
        let query = j1ql::parse(text).unwrap();
        graph_for(&query, &mut graph);
        match graph.query(text, &options()) {
            Ok(answer) => {
                ran += 1;
                found += usize::from(!answer.data.is_empty());
            }
            Err(QueryError::Query(error)) => {
                refused += 1;
                println!("refused: {text}\n  {error}");
            }
            Err(error) => panic!("{text}\n{error}"),
        }
    }
    println!("{} queries: {ran} ran, {found} found something, {refused} were refused", lines.len());
}

#[test]
fn the_cases_of_a_corpus_have_their_answers() {
    let Some(lines) = lines("J1QL_SEMANTICS") else { return };
    let mut wrong = Vec::new();
    for case in &lines {
        if let Err(message) = check(case) {
            println!("{} ({}): {}\n   {message}", case["id"], case["safety"], case["query"]);
            wrong.push(case["id"].as_str().unwrap());
        }
    }
    println!("{} of {} cases as expected", lines.len() - wrong.len(), lines.len());
    wrong.retain(|id| !DECIDED.contains(id));
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn check(case: &Value) -> Result<(), String> {
    let all = |name: &str| case[name].as_array().cloned().unwrap_or_default();
    let graph = Graph::with(&all("entities"), &all("relationships"));
    let (text, expect) = (case["query"].as_str().unwrap(), &case["expect"]);
    let mut options = options();
    options.now = case["options"]["now"].as_i64().unwrap_or(options.now);
    options.include_deleted = case["options"]["includeDeleted"] == true;
    if let Some(params) = case["options"]["params"].as_object() {
        options.params = params.clone().into_iter().collect();
    }
    if let Some(formatted) = expect["formatted"].as_str() {
        return same(&json!(j1ql::format(&j1ql::parse(text).unwrap())), &json!(formatted));
    }
    match (graph.query(text, &options), &expect["error"]) {
        (Ok(answer), Value::Null) => answer_is(&answer, expect),
        (Ok(answer), error) => Err(format!("answered {} instead of {error}", answer.json())),
        (Err(QueryError::Query(error)), expected) if !expected.is_null() => {
            same(&json!(error.kind.name()), &expected["kind"])?;
            for (name, value) in [
                ("message", json!(error.message())),
                ("line", json!(error.position.line)),
                ("column", json!(error.position.column)),
            ] {
                if !expected[name].is_null() {
                    same(&value, &expected[name])?;
                }
            }
            Ok(())
        }
        (Err(error), _) => Err(error.to_string()),
    }
}

fn same(got: &Value, expected: &Value) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("got {got}, expected {expected}")) }
}

fn answer_is(answer: &Answer, expect: &Value) -> Result<(), String> {
    let sorted = |value: &Value| {
        let mut all: Vec<String> = value.as_array().unwrap().iter().map(Value::to_string).collect();
        if expect["ordered"] != true {
            all.sort();
        }
        json!(all)
    };
    match &answer.data {
        _ if expect["validate"].is_array() => Ok(()),
        Data::List(_) => same(&sorted(&json!(graph::keys(answer))), &sorted(&expect["keys"])),
        Data::Tree { .. } => {
            let (vertices, edges) = graph::tree(answer);
            same(&json!(vertices), &json_sorted(&expect["vertices"]))?;
            same(&json!(edges), &json_sorted(&expect["edges"]))
        }
        Data::Table { columns, rows } => {
            same(&json!(columns), &expect["columns"])?;
            let numbers = |value: &Value| sorted(&whole(value));
            same(&numbers(&json!(rows)), &numbers(&expect["rows"]))
        }
    }
}

/// `2.0` as `2`.
fn whole(value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(whole).collect(),
        Value::Number(number) => match number.as_f64().filter(|real| real.fract() == 0.0) {
            #[expect(clippy::cast_possible_truncation, reason = "small numbers of a test")]
            Some(real) => json!(real as i64),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

fn json_sorted(value: &Value) -> Value {
    let mut all: Vec<String> =
        value.as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect();
    all.sort();
    json!(all)
}
