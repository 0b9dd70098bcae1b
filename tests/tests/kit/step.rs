//! One step alone.
#![allow(dead_code, reason = "no integration names `fetch_other_teams`")]

use j1::prelude::*;
use j1::testing::Step;
use j1::{Status, StepStatus};
use j1_core::report::{Level, NAMES};
use serde_json::json;

use super::acme::{Acme, Team, User, fetch_leads, fetch_users, team, user};

fn acme(users: &[User]) -> Acme {
    Acme { users: users.to_vec() }
}

#[tokio::test]
async fn a_step_sees_what_is_given_and_only_what_it_adds_is_collected() {
    let given =
        Step::<fetch_leads>::new().given_all([team("a"), team("b")]).given(user("a-lead", Some("zz")));
    let ran = given.run(acme(&[])).await;
    ran.assert_complete();
    assert_eq!(ran.graph.len(), 1, "what was given is not collected: {:?}", ran.graph);
    let edges = ran.graph.of::<Manages<User, Team>>();
    assert_eq!(edges[0]["_fromEntityKey"], "acme-user:a-lead");
    assert_eq!(edges[0]["_toEntityKey"], "acme-team:a");
    assert_eq!(ran.step("fetch-leads").relationships, 1);
    assert_eq!(ran.summary.steps.len(), 1);
}

#[tokio::test]
async fn an_end_that_is_not_given_leaves_the_relationship_out_as_in_a_run() {
    let users = [user("x", Some("a")), user("y", Some("gone"))];
    let ran = Step::<fetch_users>::new().given(team("a")).run(acme(&users)).await;
    assert_eq!(ran.graph.of::<User>().len(), 2);
    assert_eq!(ran.graph.values::<Has<Team, User>>("_toEntityKey"), [&json!("acme-user:x")]);
    assert_eq!(ran.summary.dropped.len(), 1, "{:?}", ran.summary.dropped);
    assert!(ran.summary.dropped[0].reason.contains("acme-team:gone"), "{:?}", ran.summary.dropped);
}

#[tokio::test]
async fn a_failed_step_keeps_what_it_added_and_says_why() {
    let users = [user("x", None), user("FAIL", None)];
    let ran = Step::<fetch_users>::new().run(acme(&users)).await;
    assert_eq!(ran.step("fetch-users").status, StepStatus::Failure);
    assert_eq!(ran.summary.status, Status::Partial);
    assert_eq!(ran.graph.of::<User>().len(), 1);
    assert!(ran.partial("person_acme").contains("the provider is on holiday"), "{:?}", ran.summary);
}

#[tokio::test]
async fn messages_of_a_step_can_be_asserted() {
    let users = [user("x", None), user("TELL", None), user("FAIL", None)];
    let ran = Step::<fetch_users>::new().run(acme(&users)).await;
    let told: Vec<_> =
        ran.events.iter().map(|event| (event.name(), event.level(), event.description())).collect();
    assert_eq!(told[0], ("step_start", Level::Info, "step `fetch-users` has begun"));
    assert_eq!(told[1], ("warn_missing_permission", Level::Warn, "users:read"));
    assert_eq!(told[2], ("error_ingestion_limit_encountered", Level::Error, "far too many"));
    assert_eq!(told[3].0, "step_failure");
    assert!(told[3].2.contains("the provider is on holiday"), "{told:?}");
    assert_eq!(told.len(), 4, "{told:?}");
}

#[test]
fn only_an_error_has_a_name_by_which_jupiterone_fails_the_job() {
    assert!(NAMES.len() > 9);
    for (name, level) in NAMES {
        assert_eq!(name.contains("error"), *level == Level::Error, "{name}");
    }
}

#[tokio::test]
async fn the_integration_type_names_custom_types() {
    let ran = Step::<fetch_users>::new().integration_type("acme-eu").run(acme(&[user("x", None)])).await;
    assert_eq!(ran.graph.of::<User>()[0]["_type"], "person_acme-eu");
    assert_eq!(ran.graph.of_type("person_acme-eu").len(), 1);
}

#[tokio::test]
async fn a_graph_is_in_the_order_of_types_and_keys() {
    let (one, two) = (user("x", None), user("y", None));
    let there = Step::<fetch_users>::new().run(acme(&[one.clone(), two.clone()])).await;
    let back = Step::<fetch_users>::new().run(acme(&[two, one])).await;
    let text = |ran: &j1::testing::Ran| serde_json::to_string(&ran.graph).expect("JSON");
    assert_eq!(text(&there), text(&back));
    assert_eq!(there.graph.clone().sample(1).len(), 1);
    let redacted = there.graph.clone().redacted("displayName", "…");
    assert_eq!(redacted.values::<User>("displayName"), [&json!("…"), &json!("…")]);
    assert_eq!(redacted.get("acme-user:x")["name"], "x");
}

/// Knows nothing of users.
#[step(emits(Team))]
async fn fetch_other_teams(job: &mut Job<fetch_other_teams>) -> Result<Outcome> {
    job.add(team("z")).await?;
    Ok(Outcome::nothing_to_read("the test has it"))
}

#[test]
#[should_panic(expected = "step `fetch-other-teams` does not read `User`, and has no relationship to it")]
fn undeclared_types_cannot_be_given() {
    drop(Step::<fetch_other_teams>::new().given(user("x", None)));
}

#[tokio::test]
#[should_panic(expected = "`acme_team` acme-team:a: something else is given with this key")]
async fn two_things_with_one_key_are_not_given() {
    let other = Team { name: "another".to_owned(), ..team("a") };
    Step::<fetch_leads>::new().given(team("a")).given(other).run(acme(&[])).await;
}

#[tokio::test]
#[should_panic(expected = "what is given would not be there in a run")]
async fn invalid_objects_cannot_be_given() {
    let nameless = Team { name: String::new(), ..team("a") };
    Step::<fetch_leads>::new().given(nameless).run(acme(&[])).await;
}

#[tokio::test]
#[should_panic(expected = "did you mean `acme-user:x`?")]
async fn a_missing_key_is_reported_with_a_similar_one() {
    let ran = Step::<fetch_users>::new().run(acme(&[user("x", None)])).await;
    let _ = ran.graph.get("acme-user:y");
}

#[tokio::test]
#[should_panic(expected = "no object has a `nosuch` to redact")]
async fn a_redaction_that_matches_nothing_fails() {
    let ran = Step::<fetch_users>::new().run(acme(&[user("x", None)])).await;
    let _ = ran.graph.redacted("nosuch", "…");
}

#[tokio::test]
#[should_panic(expected = "`person_acme` is partial: [J1-R")]
async fn asserting_completeness_of_a_partial_run_fails() {
    Step::<fetch_users>::new().run(acme(&[user("FAIL", None)])).await.assert_complete();
}
