//! The account: what stands for a console.

use j1::prelude::*;

use crate::Config;

/// The account: it stands for the console and is made from the configuration, without a request.
#[derive(Debug, Clone, J1Entity)]
#[j1(type = "sentinelone_account", class = Account, key = "sentinelone_account-{instance}")]
#[j1(display_name = name, constant(vendor = "SentinelOne"))]
pub struct Account {
    /// The id of the instance in JupiterOne.
    #[j1(skip)]
    pub instance: String,
    /// The configured name, or the host of the console.
    pub name: String,
    /// The URL of the console.
    pub web_link: String,
}

impl Account {
    /// The account that an operator configured.
    #[must_use]
    pub fn from_config(config: Config) -> Self {
        let host = config.server_url.host_str().unwrap_or_default().to_owned();
        let (name, web_link) = (config.account_name.unwrap_or(host), config.server_url.to_string());
        Self { instance: config.instance, name, web_link }
    }
}
