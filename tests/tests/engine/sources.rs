//! Steps that do not run: sources that are turned off, and steps that know themselves that they cannot.

use serde_json::json;

use crate::support::{Provider, World};

const TEAMS: [(&str, &str); 1] = [("engine", "Engine")];
const USERS: [(&str, &str); 1] = [("ada", "Ada")];

#[test]
fn a_disabled_source_keeps_its_objects_and_the_run_is_complete() {
    let mut world = World::new();
    let provider = Provider { partners: vec!["acme"], ..Provider::new(&TEAMS, &USERS) };
    let ran = world.run(&[], &provider).ended(0);
    assert_eq!(ran.step("fetch-visits"), ("disabled", "user_config"), "it is off by default");
    assert_eq!(*ran.partial(), json!(["faulty_visit"]));

    world.variables.push(("J1_ENABLED_SOURCES", "visits"));
    let ran = world.run(&[], &provider).ended(0);
    assert_eq!(ran.summary["types"]["faulty_visit"], 2);
    assert_eq!(*ran.partial(), json!([]));

    world.variables.push(("J1_DISABLED_SOURCES", "partners"));
    let ran = world.run(&[], &provider).ended(0);
    assert_eq!(ran.step("fetch-partners"), ("disabled", "user_config"));
    assert_eq!(ran.changes()[2], 0, "nothing goes that was not looked for");
    // The step that can do without the partners has run, and what it makes of them is kept.
    assert_eq!(ran.step("fetch-visits").0, "success");
    assert_eq!(ran.summary["types"]["faulty_visit"], 1);
    assert!(ran.partial().as_array().expect("types").contains(&json!("faulty_visit")), "{}", ran.partial());
}

#[test]
fn wrong_source_names_are_refused_before_a_job_is_opened() {
    let mut world = World::new();
    world.variables.push(("J1_DISABLED_SOURCES", "users, partnrs"));
    world.variables.push(("J1_ENABLED_SOURCES", "nonsense"));
    let ran = world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(3);
    for said in
        ["cannot do without it", "did you mean `partners`?", "the sources are `partners`, `users`, `visits`"]
    {
        assert!(ran.error().contains(said), "{said}: {}", ran.error());
    }
    assert_eq!(ran.summary["job"], json!(null));
}

#[test]
fn a_step_that_knows_that_it_cannot_run_says_why_and_protects_its_types() {
    let world = World::new();
    let ran = world.run(&[], &Provider { fault: "no-badges", ..Provider::new(&TEAMS, &USERS) }).ended(0);
    assert_eq!(ran.step("fetch-badges"), ("disabled", "config"));
    assert!(ran.partial().as_array().expect("types").contains(&json!("faulty_badge")));
    assert!(
        ran.summary["steps"][2]["partial"][0]["reason"].as_str().expect("a reason").contains("has no badges")
    );
}

#[test]
fn a_run_of_some_steps_is_partial_and_takes_the_operators_concurrency() {
    let mut world = World::new();
    let provider = Provider::new(&TEAMS, &USERS);
    let ran = world.run(&["--step", "fetch-teams", "--concurrency", "1"], &provider).ended(5);
    assert_eq!(ran.step("fetch-users"), ("disabled", "not_selected"));
    world.variables.push(("J1_CONCURRENCY", "none"));
    assert!(world.run(&[], &provider).ended(3).error().contains("J1_CONCURRENCY"));
}
