//! An integration whose steps do what they should not, one fault a run: `FAULT` says which.

use std::io::Write as _;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use j1::testing::{disk_failure, fail_disk_after, keep_few_keys_in_memory};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "faulty_team", class = Team, key = "faulty-team:{id}", display_name = name)]
#[j1(raw_data(allow = [id]))]
struct Team {
    id: String,
    name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "faulty_user", class = User, key = "faulty-user:{id}", display_name = name)]
struct User {
    id: String,
    name: String,
    #[j1(relationship(Has<Team, User>))]
    team: Option<String>,
}

#[derive(J1Config)]
struct Config {
    /// The fault.
    fault: String,
    /// The base URL of the provider.
    #[j1(default = "https://faulty.example/")]
    api_base: String,
}

#[derive(J1Integration)]
#[j1(name = "faulty", config = Config, steps(fetch_teams, fetch_users, fetch_badges, fetch_partners, fetch_visits))]
#[j1(retired("faulty_retired"))]
struct Faulty {
    fault: String,
    api: Client,
}

impl Connect for Faulty {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { fault: config.fault, api: http.client(&config.api_base)? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[step(emits(Team))]
async fn fetch_teams(faulty: &Faulty, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = faulty.api.get("teams").pages::<WithRaw<Team>>(Paging::whole());
    while let Some(team) = teams.next().await? {
        job.add(team).await?;
        assert!(faulty.fault != "panic", "a bug of the author's");
    }
    if faulty.fault == "list-dropped" {
        drop(teams);
        return Ok(Outcome::nothing_to_read("it is not true"));
    }
    if faulty.fault == "error-of-ones-own" {
        return Err(Error::other("the provider is on holiday"));
    }
    teams.finish()
}

#[step(emits(User, Has<Team, User>), source(id = "users", required))]
async fn fetch_users(faulty: &Faulty, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = faulty.api.get("users").pages::<User>(Paging::whole());
    while let Some(user) = users.next().await? {
        // A step that cuts its own adding off must not lose what it added.
        let added = tokio::time::timeout(Duration::from_mins(1), job.add(user)).await;
        added.map_err(|_| Error::other("adding took too long"))??;
    }
    users.finish()
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "faulty_badge", class = Record, key = "faulty-badge:{id}", name = id, display_name = id)]
struct Badge {
    id: String,
}

fn has_badges(faulty: &Faulty) -> Enabled {
    Enabled::when(faulty.fault != "no-badges", "the account has no badges")
}

#[step(emits(Badge), reads(User), enabled_if(has_badges))]
async fn fetch_badges(faulty: &Faulty, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while let Some(user) = users.next().await? {
        let mut badges = faulty.api.get(&format!("users/{}/badges", user.id)).pages::<Badge>(Paging::whole());
        while let Some(badge) = badges.next().await? {
            job.add(badge).await?;
        }
        users.absorb(badges.finish()?);
        if faulty.fault == "stopped-early" {
            return users.finish();
        }
    }
    if faulty.fault == "outcomes-dropped" {
        drop(users);
        return Ok(Outcome::nothing_to_read("it is not true"));
    }
    users.finish()
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "faulty_partner", class = Record, key = "faulty-partner:{id}", name = id, display_name = id)]
struct Partner {
    id: String,
    #[j1(relationship(Has<Team, Partner>))]
    team: String,
}

/// Adds a team of its own, so that it waits for no other step; its partners may be of any team.
#[step(emits(Team, Partner, Has<Team, Partner>), source(id = "partners", title = "Partners"))]
async fn fetch_partners(faulty: &Faulty, job: &mut Job<fetch_partners>) -> Result<Outcome> {
    job.add(Team { id: "partners".into(), name: "Partners".into() }).await?;
    add_partners(faulty, job).await.only::<Partner>()
}

async fn add_partners(faulty: &Faulty, job: &mut Job<fetch_partners>) -> Result<Outcome> {
    let mut partners = faulty.api.get("partners").pages::<Partner>(Paging::whole());
    while let Some(partner) = partners.next().await? {
        job.add(partner).await?;
    }
    partners.finish()
}

#[derive(J1Entity)]
#[j1(type = "faulty_visit", class = Record, key = "faulty-visit:{id}", name = id, display_name = id)]
struct Visit {
    id: String,
}

/// One visit for each partner, and one for the provider; without the partners the provider's is all that it sees.
#[step(emits(Visit), reads(optional Partner), source(id = "visits", default = off))]
async fn fetch_visits(job: &mut Job<fetch_visits>) -> Result<Outcome> {
    job.add(Visit { id: "of-the-provider".into() }).await?;
    let mut partners = job.each::<Partner>()?;
    while let Some(partner) = partners.next().await? {
        job.add(Visit { id: format!("of-{}", partner.id) }).await?;
    }
    partners.finish()
}

/// Returns a number that a test says.
fn of_test<N: FromStr>(variable: &str) -> Option<N> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Runs with a disk on which the operation of this number fails, and with few keys in memory, if a test says so.
fn main() -> ExitCode {
    of_test("J1_TEST_DISK_FAULT").into_iter().for_each(fail_disk_after);
    of_test("J1_TEST_KEYS_IN_MEMORY").into_iter().for_each(keep_few_keys_in_memory);
    let code = j1::main::<Faulty>();
    if let Some(operation) = disk_failure() {
        // Nothing is lost if the test has closed the pipe.
        let _ = writeln!(std::io::stderr(), "the disk failed at: {operation}");
    }
    code
}
