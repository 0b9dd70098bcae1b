//! An integration whose provider has a tenant in every path, and a region in its host.

use std::process::ExitCode;

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};

#[derive(J1Config)]
struct Config {
    /// The provider's address.
    #[j1(default = "https://api.tenanted.example")]
    api_base: Url,
    /// The tenant to read.
    #[j1(default = "-")]
    tenant: String,
    /// The key of the API.
    api_key: Secret<String>,
    /// A label that the provider never sees.
    label: Option<String>,
}

#[derive(J1Integration)]
#[j1(name = "tenanted", config = Config, steps(fetch_devices))]
struct Tenanted {
    api: Client,
    tenant: String,
}

impl Connect for Tenanted {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        let api = http.client(config.api_base.as_str())?.header("x-api-key", &config.api_key);
        tracing::debug!(label = config.label, "connected");
        Ok(Self { api, tenant: config.tenant })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "tenanted_device", class = Record, key = "tenanted-device:{id}", name = id, display_name = id)]
struct Device {
    id: String,
}

#[step(emits(Device))]
async fn fetch_devices(tenanted: &Tenanted, job: &mut Job<fetch_devices>) -> Result<Outcome> {
    let path = format!("tenant/{}/devices", tenanted.tenant);
    let mut devices = tenanted.api.get(&path).pages::<Device>(Paging::whole());
    while let Some(device) = devices.next().await? {
        job.add(device).await?;
    }
    devices.finish()
}

fn main() -> ExitCode {
    j1::main::<Tenanted>()
}
