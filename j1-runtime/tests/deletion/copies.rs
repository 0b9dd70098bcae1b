//! Objects that come more than once, and objects that are too large: what relates to them is neither lost nor left over.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::{Config, Model};
use crate::support::respond;

#[derive(J1Integration)]
#[j1(name = "copies", config = Config, steps(fetch_teams), duplicates = keep_first)]
struct Copies {
    api: Client,
}

impl Connect for Copies {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://copies.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "copies_team", class = Team, key = "copies-team:{id}", display_name = name)]
struct Team {
    id: String,
    name: String,
    #[j1(skip)]
    members: Vec<Member>,
}

/// The role differs from team to team, so that the copies do.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "copies_user", class = User, key = "copies-user:{id}", display_name = name)]
struct Member {
    id: String,
    name: String,
    role: String,
    #[j1(relationship(Has<Team, Member>))]
    team: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "copies_robot", class = Record, key = "copies-user:{id}", name = id, display_name = id)]
struct Robot {
    id: String,
}

#[step(emits(Team, Member, Robot, Has<Team, Member>))]
async fn fetch_teams(copies: &Copies, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = copies.api.get("teams").pages::<Team>(Paging::whole());
    while let Some(mut team) = teams.next().await? {
        let members = std::mem::take(&mut team.members);
        let is_of_robots = team.id == "robots";
        job.add(team).await?;
        for member in members {
            if is_of_robots {
                job.add(Robot { id: member.id }).await?;
            } else {
                job.add(member).await?;
            }
        }
    }
    teams.finish()
}

fn team(id: &str, members: &[(&str, &str)]) -> Value {
    let members: Vec<Value> = members
        .iter()
        .map(
            |(user, name)| json!({ "id": user, "name": name, "role": format!("member of {id}"), "team": id }),
        )
        .collect();
    json!({ "id": id, "name": id, "members": members })
}

/// Runs with these teams; the summary, and the keys that JupiterOne holds then.
async fn run(teams: Vec<Value>) -> (Summary, Vec<String>) {
    let body = json!(teams);
    let model = Model::new();
    let summary = model.harness::<Copies>(move |_| respond(200, &body)).run().await;
    (summary, model.keys())
}

#[tokio::test(start_paused = true)]
async fn the_copy_that_is_left_out_still_has_its_relationships() {
    let (summary, keys) = run(vec![team("red", &[("ada", "Ada")]), team("blue", &[("ada", "Ada")])]).await;
    assert_eq!(summary.exit_code, 0, "{summary:#?}");
    for team in ["red", "blue"] {
        let edge = format!("copies-team:{team}|has|copies-user:ada");
        assert!(keys.contains(&edge), "{keys:?}");
    }
    assert_eq!(summary.kept_first["copies_user"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_another_type_has_is_named_and_makes_its_type_partial() {
    let (summary, _) = run(vec![team("red", &[("ada", "Ada")]), team("robots", &[("ada", "Ada")])]).await;
    assert_eq!(summary.exit_code, 5, "{summary:#?}");
    assert_eq!((&*summary.dropped[0].ty, &*summary.dropped[0].code), ("copies_robot", "J1-R2002"));
    assert!(summary.partial_datasets.types.contains(&"copies_robot".to_owned()));
}
