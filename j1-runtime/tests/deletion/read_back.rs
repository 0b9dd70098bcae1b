//! Entities that come more than once with other fields that are not sent: a step that reads them back sees each copy, since
//! each of them says something about the graph.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::{Config, Model};
use crate::support::respond;

#[derive(J1Integration)]
#[j1(name = "copies", config = Config, duplicates = keep_first)]
#[j1(steps(fetch_teams, fetch_members, tie_members, tie_mail))]
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
#[j1(type = "copies_team", class = Team, key = "copies-team:{id}", name = id, display_name = id)]
struct Team {
    #[j1(skip)]
    id: String,
}

/// One record for each team that a member is in.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "copies_member", class = User, key = "copies-member:{id}", name = name, display_name = name)]
struct Member {
    #[j1(skip)]
    id: String,
    #[j1(skip)]
    name: String,
    #[j1(skip)]
    team: String,
    #[j1(skip)]
    mail: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "copies_box", class = Record, key = "copies-box:{mail}", name = mail, display_name = mail)]
struct Mailbox {
    #[j1(skip)]
    mail: String,
}

#[step(emits(Team))]
async fn fetch_teams(copies: &Copies, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = copies.api.get("teams").pages::<Team>(Paging::whole());
    while let Some(team) = teams.next().await? {
        job.add(team).await?;
    }
    teams.finish()
}

#[step(emits(Member))]
async fn fetch_members(copies: &Copies, job: &mut Job<fetch_members>) -> Result<Outcome> {
    let mut members = copies.api.get("members").pages::<Member>(Paging::whole());
    while let Some(member) = members.next().await? {
        job.add(member).await?;
    }
    members.finish()
}

#[step(emits(Has<Team, Member>), reads(Member, expected Team))]
async fn tie_members(job: &mut Job<tie_members>) -> Result<Outcome> {
    let mut members = job.each::<Member>()?;
    while let Some(member) = members.next().await? {
        job.tie_from::<Has<Team, Member>>(&member.team, &member).await?;
    }
    members.finish()
}

#[step(emits(Mailbox, Has<Member, Mailbox>), reads(Member by mail))]
async fn tie_mail(copies: &Copies, job: &mut Job<tie_mail>) -> Result<Outcome> {
    let mut boxes = copies.api.get("boxes").pages::<Mailbox>(Paging::whole());
    while let Some(mailbox) = boxes.next().await? {
        let owners = job.find_by::<Member>(tie_mail::mail, &mailbox.mail)?;
        let mailbox = job.add(mailbox).await?;
        for owner in owners {
            job.add(has(&owner, &mailbox)).await?;
        }
    }
    boxes.finish()
}

/// Runs with these members; the summary, and the keys that JupiterOne holds then.
async fn run(members: Value) -> (Summary, Vec<String>) {
    let provider = move |asked: &Outgoing| {
        let body = match asked.url.path() {
            "/teams" => json!([{ "id": "red" }, { "id": "blue" }]),
            "/boxes" => json!([{ "mail": "ada@red" }, { "mail": "ada@blue" }]),
            _ => members.clone(),
        };
        respond(200, &body)
    };
    let model = Model::new();
    let summary = model.harness::<Copies>(provider).run().await;
    (summary, model.keys())
}

fn member(team: &str, name: &str) -> Value {
    json!({ "id": "ada", "name": name, "team": team, "mail": format!("ada@{team}") })
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_is_not_sent_is_read_back_and_found() {
    // What is sent of the copies is the same, and then it is not, and the first one is kept.
    for second in ["Ada", "Ada Lovelace"] {
        let (summary, keys) = run(json!([member("red", "Ada"), member("blue", second)])).await;
        assert_eq!(summary.exit_code, 0, "{summary:#?}");
        for expected in [
            "copies-team:red|has|copies-member:ada",
            "copies-team:blue|has|copies-member:ada",
            "copies-member:ada|has|copies-box:ada@red",
            "copies-member:ada|has|copies-box:ada@blue",
        ] {
            assert!(keys.iter().any(|key| key == expected), "{second}: {expected} is missing in {keys:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_record_again_is_read_back_once() {
    let (summary, _) = run(json!([member("red", "Ada"), member("red", "Ada")])).await;
    assert_eq!(summary.exit_code, 0, "{summary:#?}");
    let tied = summary.steps.iter().find(|step| step.id == "tie-members").expect("a step");
    assert_eq!(tied.relationships, 1, "{tied:#?}");
}
