//! Entities whose struct is read back without a member that it was added with: serde reads it by another name than it writes.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::graph::Row;
use crate::model::{Config, Model};
use crate::support::respond;

#[derive(J1Integration)]
#[j1(name = "lossy", config = Config, steps(fetch_people, fetch_teams, tie_members))]
struct Lossy {
    api: Client,
}

impl Connect for Lossy {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://lossy.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "lossy_person", class = User, key = "lossy-person:{id}", name = id, display_name = id)]
struct Person {
    #[j1(skip)]
    id: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "lossy_team", class = Team, key = "lossy-team:{id}", name = id, display_name = id)]
struct Team {
    #[j1(skip)]
    id: String,
    #[j1(skip)]
    #[serde(default, rename(deserialize = "memberIds"))]
    members: Vec<String>,
}

#[step(emits(Person))]
async fn fetch_people(lossy: &Lossy, job: &mut Job<fetch_people>) -> Result<Outcome> {
    let mut people = lossy.api.get("people").pages::<Person>(Paging::whole());
    while let Some(person) = people.next().await? {
        job.add(person).await?;
    }
    people.finish()
}

#[step(emits(Team))]
async fn fetch_teams(lossy: &Lossy, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = lossy.api.get("teams").pages::<Team>(Paging::whole());
    while let Some(team) = teams.next().await? {
        job.add(team).await?;
    }
    teams.finish()
}

#[step(emits(Has<Team, Person>), reads(Team, expected Person))]
async fn tie_members(job: &mut Job<tie_members>) -> Result<Outcome> {
    let mut teams = job.each::<Team>()?;
    while let Some(team) = teams.next().await? {
        for member in &team.members {
            job.tie_to::<Has<Team, Person>>(&team, member).await?;
        }
    }
    teams.finish()
}

async fn run(model: &Model) -> Summary {
    let provider = |asked: &Outgoing| {
        let body = match asked.url.path() {
            "/teams" => json!([{ "id": "empty" }, { "id": "red", "memberIds": ["ada"] }]),
            _ => json!([{ "id": "ada" }]),
        };
        respond(200, &body)
    };
    model.harness::<Lossy>(provider).arguments(["--yes"]).run().await
}

#[tokio::test(start_paused = true)]
async fn relationships_from_a_member_that_is_lost_when_it_is_read_back_are_kept() {
    let model = Model::new();
    for team in ["lossy-team:empty", "lossy-team:red"] {
        model.lock().held.insert(Row::entity("lossy_team", team, team));
    }
    model.lock().held.insert(Row::entity("lossy_person", "lossy-person:ada", "ada"));
    // As a version of the integration left it that added the members with their team.
    model.lock().held.insert(Row::relationship(
        "lossy_team_has_person",
        "lossy-team:red",
        "lossy-person:ada",
    ));
    let before = model.keys();
    let summary = run(&model).await;
    let after = model.keys();
    assert_eq!((after, summary.exit_code), (before, 5), "{summary:#?}");
    let partial = &summary.partial_datasets.types;
    assert_eq!(*partial, ["lossy_team", "lossy_team_has_person"], "the people are complete");
    let why = &summary.steps.iter().find(|step| step.id == "fetch-teams").expect("a step").partial[0].reason;
    assert!(why.contains("another `members`"), "{why}");
}
