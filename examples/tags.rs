//! Tags: properties whose names the provider's customers choose.
//!
//! JupiterOne has them as `tag.<name>`; a map or a list of pairs becomes one property for each tag.

use std::collections::BTreeMap;

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::Deserialize;

/// A bucket: one record of `GET /buckets`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_bucket", class = Record, key = "acme-bucket:{name}", display_name = name)]
pub struct Bucket {
    /// The name, unique over all buckets.
    pub name: String,
    /// Labels that the owner of the bucket wrote.
    #[j1(tags)]
    pub labels: BTreeMap<String, String>,
}

/// Collects the buckets.
#[step(emits(Bucket))]
pub async fn fetch_buckets(acme: &Acme, job: &mut Job<fetch_buckets>) -> Result<Outcome> {
    let mut buckets = acme.api.get("buckets").pages::<Bucket>(Paging::whole());
    while let Some(bucket) = buckets.next().await? {
        job.add(bucket).await?;
    }
    buckets.finish()
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
#[j1(name = "acme", title = "Acme", config = Config, steps(fetch_buckets))]
pub struct Acme {
    api: Client,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client(&config.api_base)?.bearer(&config.api_token) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("buckets").accepted().await
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
    async fn a_label_becomes_a_tag() {
        let labels = json!({ "env": "production", "team:name": "billing" });
        let buckets = [json!({ "name": "invoices", "labels": labels })];
        let provider = Double::new().list("buckets", Listing::whole(), buckets);
        let ran = Run::<Acme>::provider(provider.http()).collect().await;
        ran.assert_complete();
        let bucket = ran.graph.get("acme-bucket:invoices");
        assert_eq!((&bucket["tag.env"], &bucket["tag.team-name"]), (&json!("production"), &json!("billing")));
    }
}
