//! Credentials in a header of the provider's own, with a word before them and a tenant beside.
//!
//! Sends `Authorization: SSWS <token>` and `X-Tenant: <tenant>`. The token is a `Secret`: it is never shown in logs,
//! errors or recordings. The tenant is a plain setting.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
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
    /// The API token.
    pub api_token: Secret<String>,
    /// The tenant to read.
    pub tenant: String,
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
        Ok(Self { api: client.scheme("SSWS", &config.api_token).plain_header("x-tenant", &config.tenant) })
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

    #[tokio::test]
    async fn every_request_names_its_tenant() {
        let groups = [json!({ "id": 1, "name": "Staff" })];
        let provider = Double::new().list_for(("x-tenant", "blue"), "groups", Listing::whole(), groups);
        let config = Config {
            api_token: Secret::new("t".to_owned()),
            tenant: "blue".to_owned(),
            api_base: "https://api.acme.example/v1".to_owned(),
        };
        let ran = Run::<Acme>::provider(provider.http()).config(config).collect().await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<Group>().len(), 1);
    }
}
