//! The payloads of JupiterOne's page on custom integrations come out of the structs of a new project.
//!
//! `docs/walk-through.md` holds the payloads, the structs are those of `templates/example`.

mod entities;

use std::collections::BTreeSet;

use entities::{Application, AwsIamRole, Team};
use j1::prelude::*;
use j1::testing::{Ran, Step};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const PAGE: &str = include_str!("../../../docs/walk-through.md");
const START: &str = include_str!("../../../docs/start.md");
const TEAMS: &str = include_str!("../../../templates/example/records/teams.json");
const APPLICATIONS: &str = include_str!("../../../templates/example/records/applications.json");

/// The first cells of the rows in the page's table that explain a difference.
const KEYS: &str = "| the start of keys |";
const WHOLE: &str = "| the application in the second payload |";
const MAPPED: &str = "| `_key` of the mapped relationship |";

/// Lists the differences from the payloads: the row with the reason, the payload, and the member.
fn differences() -> Vec<(&'static str, usize, String, Value)> {
    let app = "my-billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f";
    let team = "my-billing-acme:team:engineering";
    let role = "arn:aws:iam::123456789012:role/SlackProvisioner";
    let rest = json!({
        "category": "communication",
        "vendor": "Slack Technologies",
        "isSso": true,
        "isMfaEnforced": true,
        "userCount": 142,
        "monthlyCostUsd": 1420.5,
        "createdOn": 1_730_419_200_000_u64,
        "lastSeenOn": 1_736_294_400_000_u64,
        "owner": "platform-team@example.com",
        "tags": ["sanctioned", "tier-1"],
    });
    let at = |why, payload, member: &str, ours| (why, payload, member.to_owned(), ours);
    let mut all = vec![
        at(KEYS, 0, "/entities/0/_key", json!(app)),
        at(KEYS, 1, "/entities/0/_key", json!(team)),
        at(KEYS, 1, "/entities/1/_key", json!(app)),
        at(KEYS, 1, "/relationships/0/_key", json!(format!("{team}|owns|{app}"))),
        at(KEYS, 1, "/relationships/0/_fromEntityKey", json!(team)),
        at(KEYS, 1, "/relationships/0/_toEntityKey", json!(app)),
        at(MAPPED, 2, "/relationships/0/_key", json!(format!("{app}|uses|{role}"))),
        at(KEYS, 2, "/relationships/0/_mapping/sourceEntityKey", json!(app)),
    ];
    let rest = rest.as_object().into_iter().flatten();
    all.extend(rest.map(|(name, ours)| at(WHOLE, 1, &format!("/entities/1/{name}"), ours.clone())));
    all.sort_by(|a, b| (a.1, &a.2).cmp(&(b.1, &b.2)));
    all
}

#[derive(J1Config)]
struct Config {}

/// The integration of the page.
#[derive(J1Integration)]
#[j1(name = "my-billing", config = Config, steps(fetch_example))]
struct MyBilling;

/// Adds what the two steps of a new project add, from the records of its recordings.
#[step(emits(Team, Application, Owns<Team, Application>, Mapped<Uses<Application, AwsIamRole>>))]
async fn fetch_example(job: &mut Job<fetch_example>) -> Result<Outcome> {
    for team in records::<Team>(TEAMS) {
        job.add(team).await?;
    }
    for application in records::<Application>(APPLICATIONS) {
        let role = application.aws_role_arn.clone();
        let application = job.add(application).await?;
        if let Some(arn) = role {
            job.add(uses(&application, AwsIamRole { arn })).await?;
        }
    }
    Ok(Outcome::nothing_to_read("the records are part of the test"))
}

fn records<T: DeserializeOwned>(text: &str) -> Vec<T> {
    serde_json::from_str(text).expect("the records of the example")
}

/// The blocks of a page in a language.
fn blocks(page: &'static str, language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// Compares two values and collects the members of ours that differ.
fn compare(theirs: &Value, ours: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    match (theirs, ours) {
        (Value::Object(their), Value::Object(our)) => {
            for name in their.keys().chain(our.keys()).collect::<BTreeSet<_>>() {
                compare(&theirs[name], &ours[name], &format!("{at}/{name}"), found);
            }
        }
        (Value::Number(their), Value::Number(our)) if their.as_f64() == our.as_f64() => {}
        _ if theirs == ours => {}
        _ => found.push((at.to_owned(), ours.clone())),
    }
}

/// Ours for an object of a payload: of its type, and about the same team or application.
fn ours<'r>(ran: &'r Ran, theirs: &Value) -> &'r Value {
    let ty = theirs["_type"].as_str().expect("a type");
    let same = |ours: &&Value| match theirs["name"].as_str() {
        Some(name) => ours["name"] == name,
        None => ours["_key"].as_str().is_some_and(|key| key.contains(":app:00f4a812-")),
    };
    let found: Vec<_> = ran.graph.of_type(ty).iter().filter(same).collect();
    let [ours] = found[..] else { panic!("{} objects of {ty} for {theirs}", found.len()) };
    ours
}

#[tokio::test]
async fn the_payloads_of_the_page_come_out_of_the_structs() {
    let ran = Step::<fetch_example>::new().integration_type("my-billing-acme").run(MyBilling).await;
    ran.assert_complete();

    let mut found = Vec::new();
    let payloads: Vec<Value> = blocks(PAGE, "json")[1..].iter().map(|block| records_of(block)).collect();
    assert_eq!(payloads.len(), 3);
    for (number, payload) in payloads.iter().enumerate() {
        for kind in ["entities", "relationships"] {
            for (index, theirs) in payload[kind].as_array().into_iter().flatten().enumerate() {
                let mut differing = Vec::new();
                compare(theirs, ours(&ran, theirs), &format!("/{kind}/{index}"), &mut differing);
                found.extend(differing.into_iter().map(|(member, ours)| (number, member, ours)));
            }
        }
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let named = differences();
    let expected: Vec<_> =
        named.iter().map(|(_, payload, at, ours)| (*payload, at.clone(), ours.clone())).collect();
    assert_eq!(found, expected);
    for (why, ..) in named {
        assert!(PAGE.contains(why), "the page gives a reason: {why}");
    }
}

fn records_of(block: &str) -> Value {
    serde_json::from_str(block).unwrap_or_else(|error| panic!("{error}: {block}"))
}

#[test]
fn the_pages_show_the_record_and_the_structs_of_a_new_project() {
    let shown = records_of(blocks(PAGE, "json")[0]);
    assert!(records::<Value>(APPLICATIONS).contains(&shown), "{shown}");

    let templates = [
        include_str!("../../../templates/example/src/entities/application.rs.j2"),
        include_str!("../../../templates/example/src/entities/aws_iam_role.rs.j2"),
        include_str!("../../../templates/example/src/entities/team.rs.j2"),
    ];
    let code = |text: &str| {
        let told = |line: &&str| !line.trim_start().starts_with("//") && !line.starts_with("# ");
        text.lines().filter(told).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let templates = templates.map(code);
    for block in blocks(PAGE, "rust").into_iter().chain(blocks(START, "rust")) {
        for item in block.split("\n\n").map(code).filter(|item| item.contains("struct")) {
            assert!(templates.iter().any(|template| template.contains(&item)), "no template has\n{item}");
        }
    }
}
