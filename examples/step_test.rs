//! A test of one step: what earlier steps would have added is given as values.
//!
//! `Step` runs the step through the real engine, so declared types, duplicates and outcomes are checked as in
//! production, and nothing is uploaded.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};

/// A team: one record of `GET /teams`.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_team", class = Team, key = "acme-team:{id}", display_name = name)]
pub struct Team {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: String,
    /// The name.
    pub name: String,
}

/// An application: one record of `GET /apps`, with the team that owns it.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_app", class = Application, key = "acme-app:{id}", display_name = name)]
pub struct App {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: String,
    /// The name.
    pub name: String,
    /// The id of the owner; becomes the relationship team OWNS app.
    #[j1(relationship(Owns<Team, App>))]
    pub team_id: Option<String>,
}

/// Collects the teams.
#[step(emits(Team))]
pub async fn fetch_teams(acme: &Acme, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = acme.api.get("teams").pages::<Team>(Paging::whole());
    while let Some(team) = teams.next().await? {
        job.add(team).await?;
    }
    teams.finish()
}

/// Collects the applications, each related to its team.
#[step(emits(App, Owns<Team, App>))]
pub async fn fetch_apps(acme: &Acme, job: &mut Job<fetch_apps>) -> Result<Outcome> {
    let mut apps = acme.api.get("apps").pages::<App>(Paging::whole());
    while let Some(app) = apps.next().await? {
        job.add(app).await?;
    }
    apps.finish()
}

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The API token.
    pub api_token: Secret<String>,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.example/v1")]
    pub api_base: String,
}

/// The Acme integration.
#[derive(J1Integration)]
#[j1(name = "acme", title = "Acme", config = Config, steps(fetch_teams, fetch_apps))]
pub struct Acme {
    api: Client,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client(&config.api_base)?.bearer(&config.api_token) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("teams").accepted().await
    }
}

fn main() -> std::process::ExitCode {
    j1::main::<Acme>()
}

#[cfg(test)]
mod tests {
    use j1::testing::{Double, Listing, Run, Step};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn an_application_belongs_to_its_team() {
        let provider = Double::new().list(
            "apps",
            Listing::whole(),
            [
                json!({ "id": "crm", "name": "CRM", "team_id": "red" }),
                json!({ "id": "wiki", "name": "Wiki" }),
            ],
        );
        let red = Team { id: "red".to_owned(), name: "Red".to_owned() };
        let acme = Run::<Acme>::provider(provider.http()).connect();
        let ran = Step::<fetch_apps>::new().given(red).run(acme).await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<App>().len(), 2);
        assert_eq!(ran.graph.get("acme-team:red|owns|acme-app:crm")["_toEntityKey"], "acme-app:crm");
    }
}
