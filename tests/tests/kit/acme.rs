//! A small integration, whose steps do what its field `fault` says.

use j1::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_team", class = Team, key = "acme-team:{id}", display_name = name)]
pub struct Team {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Serialize, Deserialize, J1Entity)]
#[j1(resource = "person", class = User, key = "acme-user:{id}", name = login, display_name = login)]
pub struct User {
    pub id: String,
    pub login: String,
    pub title: Option<String>,
    #[j1(relationship(Has<Team, User>))]
    pub team: Option<String>,
}

#[derive(J1Config)]
pub struct Config {
    /// The base URL of the API.
    #[j1(default = "https://acme.example/api")]
    pub api_base: String,
}

/// The integration, with its users in memory.
#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_teams, fetch_users, fetch_leads))]
pub struct Acme {
    pub users: Vec<User>,
}

pub fn team(id: &str) -> Team {
    Team { id: id.to_owned(), name: format!("Team {id}") }
}

pub fn user(id: &str, team: Option<&str>) -> User {
    User { id: id.to_owned(), login: id.to_owned(), title: None, team: team.map(str::to_owned) }
}

#[step(emits(Team))]
async fn fetch_teams(job: &mut Job<fetch_teams>) -> Result<Outcome> {
    job.add(team("a")).await?;
    Ok(Outcome::nothing_to_read("the test has it"))
}

/// Declares a relationship to teams, and does not read them.
#[step(emits(User, Has<Team, User>))]
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    for user in &acme.users {
        if user.login == "FAIL" {
            return Err(Error::other("the provider is on holiday"));
        }
        if user.login == "TELL" {
            job.warn_missing_permission("users:read");
            job.event(Event::error_ingestion_limit("far too many"));
        }
        job.add(user.clone()).await?;
    }
    Ok(Outcome::nothing_to_read("the test has them"))
}

/// The first user of each team leads it, where there is one.
#[step(emits(Manages<User, Team>), reads(Team, keys User))]
pub async fn fetch_leads(job: &mut Job<fetch_leads>) -> Result<Outcome> {
    let mut teams = job.each::<Team>()?;
    while let Some(team) = teams.next().await? {
        if let Some(user) = job.find::<User>(&format!("{}-lead", team.id)) {
            job.add(manages(&user, &team)).await?;
        }
    }
    teams.finish()
}
