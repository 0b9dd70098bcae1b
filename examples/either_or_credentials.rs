//! Credentials of one kind or another: an API key, or the client of an OAuth application.
//!
//! Both kinds are optional settings, and `connect` decides. `Error::config` ends the run with exit code 3 and the text,
//! before a job is opened.

use j1::prelude::*;
use j1::provider::{Client, Http, OAuth2, Paging};
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
#[step(emits(Group))]
pub async fn fetch_groups(acme: &Acme, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut groups = acme.api.get("groups").pages::<Group>(Paging::whole());
    while let Some(group) = groups.next().await? {
        job.add(group).await?;
    }
    groups.finish()
}

/// The settings an operator provides: an API key, or a client id with its secret.
#[derive(J1Config)]
pub struct Config {
    /// The API key. Leave it out to sign in with an OAuth client.
    pub api_key: Option<Secret<String>>,
    /// The id of the OAuth client.
    #[j1(auth)]
    pub client_id: Option<String>,
    /// The secret of the OAuth client.
    pub client_secret: Option<Secret<String>>,
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
        let client = http.client(&config.api_base)?;
        let api = match (config.api_key, config.client_id, config.client_secret) {
            (Some(key), None, None) => client.bearer(&key),
            (None, Some(id), Some(secret)) => {
                client.oauth2(OAuth2::client_credentials("oauth/token", id, &secret))?
            }
            _ => {
                return Err(Error::config(
                    "set ACME_API_KEY, or both ACME_CLIENT_ID and ACME_CLIENT_SECRET, but not all three",
                ));
            }
        };
        Ok(Self { api })
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
    use j1::testing::{Double, Listing, Run};
    use serde_json::json;

    use super::*;

    fn config() -> Config {
        let api_base = "https://api.acme.example/v1".to_owned();
        Config { api_key: None, client_id: None, client_secret: None, api_base }
    }

    fn provider() -> Double {
        Double::new().list("groups", Listing::whole(), [json!({ "id": 1, "name": "Staff" })])
    }

    #[tokio::test]
    async fn an_api_key_is_enough() {
        let config = Config { api_key: Some(Secret::new("k".to_owned())), ..config() };
        let ran = Run::<Acme>::provider(provider().http()).config(config).collect().await;
        ran.assert_complete();
    }

    #[tokio::test]
    async fn an_oauth_client_is_enough() {
        let provider = provider().one("oauth/token", json!({ "access_token": "t", "token_type": "bearer" }));
        let secret = Some(Secret::new("s".to_owned()));
        let config = Config { client_id: Some("c".to_owned()), client_secret: secret, ..config() };
        let ran = Run::<Acme>::provider(provider.http()).config(config).collect().await;
        ran.assert_complete();
    }

    #[tokio::test]
    async fn neither_ends_the_run_with_exit_code_3() {
        let ran = Run::<Acme>::provider(provider().http()).config(config()).collect().await;
        assert_eq!(ran.summary.exit_code, 3);
    }
}
