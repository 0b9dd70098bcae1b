//! The settings an operator provides.

use j1::prelude::*;

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The API key of a JumpCloud administrator; one with the role Read Only is enough.
    pub api_key: Secret<String>,
    /// The base URL of JumpCloud's API; `https://console.eu.jumpcloud.com/api` in Europe.
    #[j1(default = "https://console.jumpcloud.com/api")]
    pub api_base: Url,
}
