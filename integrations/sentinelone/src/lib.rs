//! SentinelOne into JupiterOne: groups, agents, and the device that each agent protects.

mod client;
mod config;
pub mod entities;
pub mod steps;
pub mod targets;

pub use client::Api;
pub use config::Config;

use entities::Account;
use j1::prelude::*;
use j1::provider::Http;
use steps::{fetch_account, fetch_agents, fetch_groups};

/// The SentinelOne integration.
#[derive(J1Integration)]
#[j1(
    name = "sentinelone",
    title = "SentinelOne",
    config = Config,
    steps(fetch_account, fetch_groups, fetch_agents)
)]
pub struct SentinelOne {
    /// The API of the console.
    pub api: Api,
    /// The account that stands for the console in the graph.
    pub account: Account,
}

impl Connect for SentinelOne {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: Api::new(&config, http)?, account: Account::from_config(config) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.try_token().await
    }
}
