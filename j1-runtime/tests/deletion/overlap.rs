//! Steps that run at the same time as the ones they build on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use j1_runtime::testing::Harness;
use j1_runtime::{Connect, Status, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::jupiterone::JupiterOne;
use crate::support::respond;

#[derive(J1Config)]
pub struct Config {
    /// Nothing is configured.
    pub unused: Option<String>,
}

#[derive(J1Integration)]
#[j1(name = "overlap", config = Config, steps(fetch_people, fetch_notes, fetch_badges, fetch_team))]
pub struct Overlap {
    api: Client,
}

impl Connect for Overlap {
    fn connect(_: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client("https://overlap.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "overlap_person", class = User, key = "overlap-person:{id}", display_name = name)]
pub struct Person {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "overlap_note", class = Record, key = "overlap-note:{id}", name = id, display_name = id)]
pub struct Note {
    pub id: String,
    #[j1(skip)]
    pub author: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "overlap_badge", class = Record, key = "overlap-badge:{id}", name = id, display_name = id)]
pub struct Badge {
    pub id: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "overlap_team", class = Team, key = "overlap-team:{id}", name = id, display_name = id)]
pub struct Team {
    pub id: String,
}

#[step(emits(Person))]
pub async fn fetch_people(overlap: &Overlap, job: &mut Job<fetch_people>) -> Result<Outcome> {
    let mut people =
        overlap.api.get("people").pages::<Person>(Paging::cursor("cursor", "next").items("data"));
    while let Some(person) = people.next().await? {
        job.add(person).await?;
    }
    people.finish()
}

#[step(emits(Note, Has<Person, Note>), reads(expected Person))]
pub async fn fetch_notes(overlap: &Overlap, job: &mut Job<fetch_notes>) -> Result<Outcome> {
    let mut notes = overlap.api.get("notes").pages::<Note>(Paging::whole());
    while let Some(note) = notes.next().await? {
        let author = note.author.clone();
        let note = job.add(note).await?;
        job.tie_from::<Has<Person, Note>>(&author, &note).await?;
    }
    notes.finish()
}

#[step(emits(Badge, Has<Person, Badge>), reads(Person))]
pub async fn fetch_badges(overlap: &Overlap, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let mut people = job.each::<Person>()?;
    while let Some(person) = people.next().await? {
        let mut badges = overlap.api.get_at(&["badges", &person.id]).pages::<Badge>(Paging::whole());
        while let Some(badge) = badges.next().await? {
            let badge = job.add(badge).await?;
            job.add(has(&person, &badge)).await?;
        }
        people.absorb(badges.finish()?);
    }
    people.finish()
}

/// Looks up who comes last, so it begins when all people are known.
#[step(emits(Team, Has<Team, Person>), reads(keys Person))]
pub async fn fetch_team(job: &mut Job<fetch_team>) -> Result<Outcome> {
    let team = job.add(Team { id: "the-last".into() }).await?;
    if let Some(person) = job.find::<Person>("3") {
        job.add(has(&team, &person)).await?;
    }
    Ok(Outcome::nothing_to_read("an example"))
}

/// A provider of two pages of people, and a JupiterOne.
#[derive(Default)]
struct World {
    jupiterone: Arc<Mutex<JupiterOne>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl World {
    fn new() -> Self {
        let world = Self::default();
        world.jupiterone.lock().expect("no test panicked").largest = usize::MAX;
        world
    }

    /// Runs with these statuses of the second page of people, and with these records on it.
    async fn run(&self, status: u16, second: Value) -> Summary {
        let requests = Arc::clone(&self.requests);
        let provider = Http::service(move |request: Outgoing| {
            let path = request.url.path().to_owned();
            let (status, body) = match (path.as_str(), request.url.query()) {
                ("/people", None) => (200, json!({ "data": [person(1), person(2)], "next": "2" })),
                ("/people", Some(_)) => (status, json!({ "data": second, "next": null })),
                ("/notes", _) => (200, json!([{ "id": "a", "author": "1" }, { "id": "b", "author": "3" }])),
                _ => (200, json!([{ "id": path.trim_start_matches("/badges/") }])),
            };
            requests.lock().expect("no test panicked").push(path);
            // The list of people takes longer than all others together.
            let time = Duration::from_millis(if request.url.path() == "/people" { 10_000 } else { 10 });
            async move {
                tokio::time::sleep(time).await;
                Ok(respond(status, &body))
            }
        });
        let jupiterone = Arc::clone(&self.jupiterone);
        let jupiterone = Http::service(move |request| {
            let (status, body) = jupiterone.lock().expect("no test panicked").answer(&request);
            async move { Ok(respond(status, &body)) }
        });
        Harness::<Overlap>::new(Config { unused: None }, provider, jupiterone)
            .arguments(["--yes"])
            .run()
            .await
    }

    fn keys(&self) -> Vec<String> {
        self.jupiterone.lock().expect("no test panicked").held.keys().cloned().collect()
    }
}

fn person(number: u32) -> Value {
    json!({ "id": number.to_string(), "name": format!("Person {number}") })
}

/// The notes are read in 10 ms, and the people in 20 s: the step that reads the notes has ended long before.
#[tokio::test(start_paused = true)]
async fn a_step_is_not_complete_if_one_that_ends_after_it_is_not() {
    let world = World::new();
    assert_eq!(world.run(200, json!([person(3)])).await.status, Status::Complete);
    let before = world.keys();
    assert_eq!(before.iter().filter(|key| key.contains("|has|")).count(), 6, "{before:?}");
    assert!(before.contains(&"overlap-team:the-last|has|overlap-person:3".to_owned()), "{before:?}");
    let summary = world.run(404, json!([])).await;
    assert_eq!(summary.status, Status::Partial, "{summary:#?}");
    assert_eq!(world.keys(), before);
    let status =
        |id| summary.steps.iter().find(|step| step.id == id).map(|step| serde_json::json!(step.status));
    assert_eq!(status("fetch-notes"), Some(json!("partial_success_due_to_dependency_failure")));
}

#[tokio::test(start_paused = true)]
async fn a_relationship_to_an_uncollected_type_is_left_out_silently() {
    let world = World::new();
    world.run(200, json!([person(3)])).await;
    let summary = world.run(200, json!([])).await;
    assert_eq!((summary.status, summary.dropped.len()), (Status::Complete, 0), "{summary:#?}");
    let ties: Vec<String> = world.keys().into_iter().filter(|key| key.contains("|overlap-note:")).collect();
    assert_eq!(ties, ["overlap-person:1|has|overlap-note:a"]);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_looks_nothing_up_begins_with_the_first_entity() {
    let world = World::new();
    let began = tokio::time::Instant::now();
    world.run(200, json!([person(3)])).await;
    let requests = world.requests.lock().expect("no test panicked").clone();
    assert_eq!(requests, ["/people", "/notes", "/people", "/badges/1", "/badges/2", "/badges/3"]);
    // Two pages of people, and the badges of the last one.
    assert!(began.elapsed() < Duration::from_millis(20_500), "{:?}", began.elapsed());
}
