//! Raw data: parts of the provider's own JSON, kept beside the properties.
//!
//! The struct lists the members that may be sent, and the step reads the records as `WithRaw`. Everything else in the
//! record stays out, and a value that looks like a secret is replaced.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::Deserialize;

/// A user: one record of `GET /users`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
#[j1(raw_data(allow = [id, department, address.city]))]
pub struct User {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: u64,
    /// The sign-in name; the class calls it `username`.
    #[j1(rename = "username", list)]
    pub login: String,
}

/// Collects the users with their raw data.
#[step(emits(User))]
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = acme.api.get("users").pages::<WithRaw<User>>(Paging::whole());
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
        self.api.get("users").accepted().await
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
    async fn only_the_listed_members_are_sent() {
        let address = json!({ "city": "London", "street": "12 Some Street" });
        let users = [
            json!({ "id": 1, "login": "ada", "department": "R&D", "phone": "555-0100", "address": address }),
        ];
        let provider = Double::new().list("users", Listing::whole(), users);
        let ran = Run::<Acme>::provider(provider.http()).collect().await;
        ran.assert_complete();
        let raw = &ran.graph.get("acme-user:1")["_rawData"][0]["rawData"];
        assert_eq!(raw, &json!({ "id": 1, "department": "R&D", "address": { "city": "London" } }));
    }
}
