//! A type that a step reads although no step of this version emits it any more.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::graph::Row;
use crate::model::{Config, Model};
use crate::support::respond;

#[derive(J1Integration)]
#[j1(name = "unread", config = Config, steps(fetch_members, fetch_badges, fetch_rooms))]
struct Unread {
    api: Client,
}

impl Connect for Unread {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://unread.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

macro_rules! entities {
    ($($name:ident $ty:literal;)*) => { $(
        #[derive(Serialize, Deserialize, J1Entity)]
        #[j1(type = $ty, class = Record, key = "unread-thing:{id}", name = id, display_name = id)]
        struct $name {
            #[j1(skip)]
            id: String,
        }
    )* };
}
entities! {
    Badge "unread_badge";
    Member "unread_member";
    Room "unread_room";
    Team "unread_team";
}

/// An earlier version had a step for the teams.
#[step(emits(Member, Has<Team, Member>), reads(optional Team))]
async fn fetch_members(unread: &Unread, job: &mut Job<fetch_members>) -> Result<Outcome> {
    let mut teams = job.each::<Team>()?;
    while let Some(team) = teams.next().await? {
        let mut members = unread.api.get_at(&["teams", &team.id]).pages::<Member>(Paging::whole());
        while let Some(member) = members.next().await? {
            let member = job.add(member).await?;
            job.add(has(&team, &member)).await?;
        }
        teams.absorb(members.finish()?);
    }
    teams.finish()
}

#[step(emits(Badge), reads(Member))]
async fn fetch_badges(job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let mut members = job.each::<Member>()?;
    while let Some(member) = members.next().await? {
        job.add(Badge { id: format!("badge-{}", member.id) }).await?;
    }
    members.finish()
}

#[step(emits(Room))]
async fn fetch_rooms(unread: &Unread, job: &mut Job<fetch_rooms>) -> Result<Outcome> {
    let mut rooms = unread.api.get("rooms").pages::<Room>(Paging::whole());
    while let Some(room) = rooms.next().await? {
        job.add(room).await?;
    }
    rooms.finish()
}

async fn run(model: &Model) -> Summary {
    model.harness::<Unread>(|_| respond(200, &json!([{ "id": "a" }, { "id": "b" }]))).run().await
}

/// All of it still exists at the provider, but for a room.
#[tokio::test(start_paused = true)]
async fn types_that_are_made_of_an_unknown_type_are_kept_with_it() {
    for holds_teams in [true, false] {
        let model = Model::new();
        let mut expected = vec!["unread-thing:a", "unread-thing:b"];
        for room in ["unread-thing:a", "unread-thing:b", "unread-thing:gone"] {
            model.lock().held.insert(Row::entity("unread_room", room, room));
        }
        if holds_teams {
            model.lock().held.insert(Row::entity("unread_team", "unread-thing:red", "red"));
            model.lock().held.insert(Row::entity("unread_member", "unread-thing:ada", "ada"));
            model.lock().held.insert(Row::entity("unread_badge", "unread-thing:badge-ada", "badge-ada"));
            let has = ("unread_team_has_member", "unread-thing:red", "unread-thing:ada");
            model.lock().held.insert(Row::relationship(has.0, has.1, has.2));
            expected.extend([
                "unread-thing:ada",
                "unread-thing:badge-ada",
                "unread-thing:red",
                "unread-thing:red|has|unread-thing:ada",
            ]);
        }
        let summary = run(&model).await;
        let after = model.keys();
        expected.sort_unstable();
        assert_eq!(after, expected, "{summary:#?}");
        assert_eq!(summary.exit_code, if holds_teams { 5 } else { 0 }, "{summary:#?}");
    }
}
