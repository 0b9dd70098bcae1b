//! Entities whose struct is read back with another key than it was added with.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::graph::Row;
use crate::model::{Config, Model};
use crate::support::respond;

#[derive(J1Integration)]
#[j1(name = "changed", config = Config, steps(fetch_teams, fetch_members))]
struct Changed {
    api: Client,
}

impl Connect for Changed {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://changed.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "changed_team", class = Team, key = "changed-team:{id}", name = id, display_name = id)]
struct Team {
    #[j1(skip)]
    #[serde(deserialize_with = "decoded")]
    id: String,
}

/// The provider escapes its ids. What is read back is decoded once more.
fn decoded<'de, D: Deserializer<'de>>(input: D) -> std::result::Result<String, D::Error> {
    Ok(String::deserialize(input)?.replace("%25", "%"))
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "changed_member", class = User, key = "changed-member:{id}", name = id, display_name = id)]
struct Member {
    #[j1(skip)]
    id: String,
}

#[step(emits(Team))]
async fn fetch_teams(changed: &Changed, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = changed.api.get("teams").pages::<Team>(Paging::whole());
    while let Some(team) = teams.next().await? {
        job.add(team).await?;
    }
    teams.finish()
}

#[step(emits(Member, Has<Team, Member>), reads(Team))]
async fn fetch_members(changed: &Changed, job: &mut Job<fetch_members>) -> Result<Outcome> {
    let mut members = changed.api.get("members").pages::<Member>(Paging::whole());
    let mut all = Vec::new();
    while let Some(member) = members.next().await? {
        all.push(job.add(member).await?);
    }
    let mut teams = job.each::<Team>()?;
    while let Some(team) = teams.next().await? {
        for member in &all {
            job.add(has(&team, member)).await?;
        }
    }
    Ok(teams.finish()?.and(members.finish()?))
}

async fn run(model: &Model) -> Summary {
    let provider = |asked: &Outgoing| {
        let body = match asked.url.path() {
            "/teams" => json!([{ "id": "red" }, { "id": "blue" }, { "id": "100%2525" }]),
            _ => json!([{ "id": "ada" }]),
        };
        respond(200, &body)
    };
    model.harness::<Changed>(provider).run().await
}

#[tokio::test(start_paused = true)]
async fn relationships_of_an_entity_that_is_read_back_with_another_key_are_kept() {
    let model = Model::new();
    // As a version of the integration left it that added the members with their team.
    let teams = ["changed-team:red", "changed-team:blue", "changed-team:100%25"];
    for team in teams {
        model.lock().held.insert(Row::entity("changed_team", team, team));
        model.lock().held.insert(Row::relationship("changed_team_has_member", team, "changed-member:ada"));
    }
    model.lock().held.insert(Row::entity("changed_member", "changed-member:ada", "ada"));
    let before = model.keys();
    let summary = run(&model).await;
    let after = model.keys();
    assert_eq!(after, before, "the run ended with {}", summary.exit_code);
}
