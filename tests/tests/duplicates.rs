//! Two different objects with one key, under each policy of the integration.

use j1::prelude::*;
use j1::testing::{Ran, Step};

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Record, key = "acme-thing:{id}", display_name = name)]
struct Thing {
    id: u32,
    name: &'static str,
}

#[derive(J1Config)]
struct Config {}

/// Adds one thing twice, and another under its key.
#[step(emits(Thing))]
async fn fetch_things(job: &mut Job<fetch_things>) -> Result<Outcome> {
    for name in ["first", "first", "second"] {
        job.add(Thing { id: 1, name }).await?;
    }
    Ok(Outcome::nothing_to_read("an example"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_things))]
struct Refuse;

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_things), duplicates = keep_first)]
struct KeepFirst;

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_things), duplicates = fail)]
struct Fail;

/// Another kind of thing, with the keys of the first.
#[derive(J1Entity)]
#[j1(type = "acme_twin", class = Record, key = "acme-thing:{id}", display_name = name)]
struct Twin {
    id: u32,
    name: &'static str,
}

#[step(emits(Thing, Twin))]
async fn fetch_twins(job: &mut Job<fetch_twins>) -> Result<Outcome> {
    job.add(Thing { id: 1, name: "first" }).await?;
    job.add(Twin { id: 1, name: "second" }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_twins))]
struct Twins;

fn names(ran: &Ran) -> Vec<&str> {
    ran.graph.of_type("acme_thing").iter().filter_map(|thing| thing["name"].as_str()).collect()
}

#[tokio::test]
async fn by_default_the_second_is_named_with_both_steps_and_its_type_is_partial() {
    let ran = Step::<fetch_things>::new().run(Refuse).await;
    assert_eq!(names(&ran), ["first"]);
    assert_eq!(ran.summary.dropped.len(), 1);
    let reason = ran.partial("acme_thing");
    assert!(
        reason.contains("step `fetch-things` added a different `acme_thing` with the key `acme-thing:1`"),
        "{reason}"
    );
    assert!(!reason.contains("second"), "what the records hold is not told: {reason}");
}

#[tokio::test]
async fn two_of_different_types_are_named_with_both() {
    let ran = Step::<fetch_twins>::new().run(Twins).await;
    let reason = ran.partial("acme_twin");
    assert!(reason.contains("added a `acme_thing` with the key `acme-thing:1`"), "{reason}");
    assert!(reason.contains("adds this `acme_twin` with it"), "{reason}");
}

#[tokio::test]
async fn keep_first_keeps_the_first_silently() {
    let ran = Step::<fetch_things>::new().run(KeepFirst).await;
    assert_eq!(names(&ran), ["first"]);
    ran.assert_complete();
}

#[tokio::test]
async fn the_step_fails() {
    let ran = Step::<fetch_things>::new().run(Fail).await;
    assert!(ran.partial("acme_thing").contains("J1-R2002"), "{}", ran.partial("acme_thing"));
    assert_eq!(ran.step("fetch-things").status, j1::StepStatus::Failure);
}
