//! The settings an operator provides.

use j1::prelude::*;

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The URL of the console, such as `https://acme.sentinelone.net`.
    pub server_url: Url,
    /// The API token of a service user with the role Viewer.
    pub api_token: Secret<String>,
    /// The name of the account in JupiterOne; the host of the console by default.
    pub account_name: Option<String>,
    /// The id of the instance in JupiterOne, which is in the key of the account.
    #[j1(variable = "JUPITERONE_INTEGRATION_INSTANCE_ID", default = "local")]
    pub instance: String,
}
