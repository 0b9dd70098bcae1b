//! Credentials of one kind or another: an API key, or the client of an OAuth application.
//!
//! The variables that an operator sets decide the variant of `Auth`. With those of none or of both, the run ends with exit
//! code 3 before a job is opened.

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

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The credentials.
    #[j1(flatten)]
    pub auth: Auth,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.example/v1")]
    pub api_base: String,
}

/// The credentials of the API.
#[derive(J1Config)]
pub enum Auth {
    /// An API key of an administrator.
    ApiKey {
        /// The API key.
        api_key: Secret<String>,
    },
    /// An OAuth client.
    OAuth {
        /// The id of the OAuth client.
        #[j1(auth)]
        client_id: String,
        /// The secret of the OAuth client.
        client_secret: Secret<String>,
    },
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
        let api = match config.auth {
            Auth::ApiKey { api_key } => client.bearer(&api_key),
            Auth::OAuth { client_id, client_secret } => {
                client.oauth2(OAuth2::client_credentials("oauth/token", client_id, &client_secret))?
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

    fn config(auth: Auth) -> Config {
        Config { auth, api_base: "https://api.acme.example/v1".to_owned() }
    }

    fn provider() -> Double {
        Double::new().list("groups", Listing::whole(), [json!({ "id": 1, "name": "Staff" })])
    }

    #[tokio::test]
    async fn an_api_key_is_enough() {
        let config = config(Auth::ApiKey { api_key: Secret::new("k".to_owned()) });
        let ran = Run::<Acme>::provider(provider().http()).config(config).collect().await;
        ran.assert_complete();
    }

    #[tokio::test]
    async fn an_oauth_client_is_enough() {
        let provider = provider().one("oauth/token", json!({ "access_token": "t", "token_type": "bearer" }));
        let client_secret = Secret::new("s".to_owned());
        let config = config(Auth::OAuth { client_id: "c".to_owned(), client_secret });
        let ran = Run::<Acme>::provider(provider.http()).config(config).collect().await;
        ran.assert_complete();
    }
}
