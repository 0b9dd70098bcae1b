//! An integration whose configuration has a field of every kind, and no steps worth the name.

use std::process::ExitCode;
use std::time::Duration;

use j1::prelude::*;
use j1::provider::Http;

/// The region of a tenant.
#[derive(J1Config, Debug)]
enum Region {
    /// The United States.
    Us,
    /// Frankfurt, for those who must keep
    /// their data in the European Union.
    EuCentral,
    #[j1(rename = "gov")]
    UsGovernment,
}

/// The settings an operator provides.
#[derive(J1Config)]
struct Config {
    /// The id of the client that was registered for the integration.
    #[j1(auth)]
    client_id: String,
    /// The secret of that client.
    client_secret: Secret<String>,
    /// The base URL of the API.
    #[j1(default = "https://api.configured.example/v2")]
    api_base: Url,
    /// The region of the tenant.
    #[j1(default = "us")]
    region: Region,
    /// The sites to read; all when it is left out.
    sites: Option<Vec<String>>,
    /// The ports to look at.
    #[j1(default = "80, 443")]
    ports: Vec<u16>,
    /// Records a page.
    #[j1(default = 100)]
    page_size: u16,
    /// The price of an hour in dollars.
    rate: f64,
    /// The time to wait for a response.
    #[j1(default = "30s")]
    timeout: Duration,
    /// Reads archived records too.
    #[j1(default = false)]
    archived: bool,
    /// The instance that the data goes to.
    #[j1(variable = "JUPITERONE_INTEGRATION_INSTANCE_ID", default = "local")]
    instance: String,
}

#[derive(J1Integration)]
#[j1(name = "configured", title = "Configured", config = Config, steps(fetch_account))]
struct Configured {
    name: String,
}

#[derive(J1Entity)]
#[j1(type = "configured_account", class = Account, key = "configured-account:{name}", display_name = name)]
#[j1(constant(vendor = "Configured"))]
struct Account {
    name: String,
}

impl Connect for Configured {
    /// The account is named by the whole configuration but for the secret, of which it says the length.
    fn connect(config: Config, _: &Http) -> Result<Self> {
        let Config {
            client_id,
            client_secret,
            api_base,
            region,
            sites,
            ports,
            page_size,
            rate,
            timeout,
            archived,
            instance,
        } = config;
        let length = client_secret.expose().len();
        let name = format!(
            "{client_id} {length} {api_base} {region:?} {sites:?} {ports:?} {page_size} {rate} {timeout:?} {archived} {instance}"
        );
        Ok(Self { name })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[step(emits(Account))]
async fn fetch_account(configured: &Configured, job: &mut Job<fetch_account>) -> Result<Outcome> {
    job.add(Account { name: configured.name.clone() }).await?;
    Ok(Outcome::nothing_to_read("the configuration is all there is"))
}

fn main() -> ExitCode {
    j1::main::<Configured>()
}
