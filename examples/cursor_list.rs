//! A list that is read page by page with a cursor.
//!
//! `GET /v1/users?limit=100` answers `{"data": [..], "meta": {"next": "c2", "total": 250}}`; the next request sends
//! `cursor=c2`. The list is complete when `meta.next` is null and as many records came as `meta.total` says.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::Deserialize;

/// The paging of this API, declared once.
const LIST: Paging =
    Paging::cursor("cursor", "meta.next").size("limit", 100).items("data").total("meta.total");

/// A user: one record of `GET /v1/users`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
pub struct User {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: String,
    /// The sign-in name; the class calls it `username`.
    #[j1(rename = "username", list)]
    pub login: String,
}

/// Collects the users.
#[step(emits(User))]
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = acme.api.get("users").pages::<User>(LIST);
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
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
#[j1(name = "acme", title = "Acme", config = Config, steps(fetch_users))]
pub struct Acme {
    api: Client,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client(&config.api_base)?.bearer(&config.api_token) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("users").query("limit", 1).accepted().await
    }
}

fn main() -> std::process::ExitCode {
    j1::main::<Acme>()
}

#[cfg(test)]
mod tests {
    use j1::testing::{Double, Listing, Run};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn every_page_of_users_is_collected() {
        let listing = Listing::cursor("cursor", "meta.next").items("data").total("meta.total");
        let users = (0..250).map(|id| json!({ "id": id.to_string(), "login": format!("user-{id}") }));
        let provider = Double::new().list("users", listing, users);
        let ran = Run::<Acme>::provider(provider.http()).collect().await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<User>().len(), 250);
        assert_eq!(ran.graph.get("acme-user:7")["name"], "user-7");
    }
}
