//! OAuth 2 with client credentials: j1 gets the token, renews it, and hides it.
//!
//! A token is renewed a minute before it expires, and once when the provider answers 401.

use j1::prelude::*;
use j1::provider::{Client, Http, Limits, OAuth2, Paging};
use serde::Deserialize;

/// A group: one record of `GET /groups`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", display_name = name)]
pub struct Group {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: u64,
    /// The name.
    pub name: String,
}

/// Collects the groups.
#[step(emits(Group), permissions("groups.read"))]
pub async fn fetch_groups(acme: &Acme, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut groups = acme.api.get("groups").pages::<Group>(Paging::whole());
    while let Some(group) = groups.next().await? {
        job.add(group).await?;
    }
    groups.finish()
}

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The id of the OAuth client.
    #[j1(auth)]
    pub client_id: String,
    /// The secret of the OAuth client.
    pub client_secret: Secret<String>,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.example/v1")]
    pub api_base: String,
}

/// The Acme integration.
#[derive(J1Integration)]
#[j1(name = "acme", title = "Acme", config = Config, steps(fetch_groups))]
pub struct Acme {
    api: Client,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        let tokens = OAuth2::client_credentials("oauth/token", config.client_id, &config.client_secret);
        let client = http.client(&config.api_base)?.oauth2(tokens.scope("groups.read"))?;
        Ok(Self { api: client.limits(Limits::per_minute(300)) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("groups").accepted().await
    }
}

fn main() -> std::process::ExitCode {
    j1::main::<Acme>()
}

#[cfg(test)]
mod tests {
    use j1::testing::{Double, Fault, Listing, Run};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_refused_token_is_renewed_once() {
        let provider = Double::new()
            .one("oauth/token", json!({ "access_token": "t", "token_type": "bearer", "expires_in": 3600 }))
            .list("groups", Listing::whole(), [json!({ "id": 1, "name": "Staff" })])
            .fault("groups", 2, Fault::Status(401));
        let ran = Run::<Acme>::provider(provider.http()).collect().await;
        ran.assert_complete();
        let tokens = provider.asked().iter().filter(|line| line.contains("oauth/token")).count();
        assert_eq!(tokens, 2);
    }
}
