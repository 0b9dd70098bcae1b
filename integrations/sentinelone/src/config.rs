//! What an operator of the integration sets.

use j1_core::prelude::*;

/// What an operator of the integration sets.
#[derive(J1Config)]
pub struct Config {
    /// Where the console is, such as `https://acme.sentinelone.net`.
    pub server_url: Url,
    /// The API token of a service user with the role Viewer.
    pub api_token: Secret<String>,
    /// What the account is called in JupiterOne; the host of the console when it is left out.
    pub account_name: Option<String>,
    /// The id of the instance in JupiterOne, which is in the key of the account.
    #[j1(variable = "JUPITERONE_INTEGRATION_INSTANCE_ID", default = "local")]
    pub instance: String,
}
