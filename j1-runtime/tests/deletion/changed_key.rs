//! Entities whose struct is read back with another key than it was added with.

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

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

/// Runs with these ids of teams. As in JupiterOne after a version of the integration that added the members with their team, a
/// member is in each of them.
async fn keeps_all(ids: &[String]) {
    let model = Model::new();
    for id in ids {
        let team = format!("changed-team:{}", id.replace("%25", "%"));
        model.lock().held.insert(Row::entity("changed_team", &team, &team));
        model.lock().held.insert(Row::relationship("changed_team_has_member", &team, "changed-member:ada"));
    }
    model.lock().held.insert(Row::entity("changed_member", "changed-member:ada", "ada"));
    let before = model.keys();
    let teams: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    let provider = move |asked: &Outgoing| match asked.url.path() {
        "/teams" => respond(200, &Value::from(teams.clone())),
        _ => respond(200, &json!([{ "id": "ada" }])),
    };
    let summary = model.harness::<Changed>(provider).run().await;
    let after = model.keys();
    assert_eq!(after, before, "the run ended with {}", summary.exit_code);
}

#[tokio::test(start_paused = true)]
async fn relationships_of_an_entity_that_is_read_back_with_another_key_are_kept() {
    keeps_all(&["red", "blue", "100%2525"].map(str::to_owned)).await;
}

/// Only the first ones of a type are compared with what was stored of them, so this is seen by its key alone.
#[tokio::test(start_paused = true)]
async fn relationships_of_an_entity_that_is_read_back_with_the_key_of_another_one_are_kept() {
    let mut ids: Vec<String> = (0..70).map(|number| format!("team-{number}")).collect();
    ids.extend(["team-1%25", "team-1%2525"].map(str::to_owned));
    keeps_all(&ids).await;
}
