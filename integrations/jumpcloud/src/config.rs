//! What an operator of the integration sets.

use j1_core::prelude::*;

/// What an operator of the integration sets.
#[derive(J1Config)]
pub struct Config {
    /// The API key of a JumpCloud administrator; one with the role Read Only is enough.
    pub api_key: Secret<String>,
    /// Where the API of JumpCloud is; `https://console.eu.jumpcloud.com/api` in Europe.
    #[j1(default = "https://console.jumpcloud.com/api")]
    pub api_base: Url,
}
