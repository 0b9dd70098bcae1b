//! JumpCloud into JupiterOne: organizations, users, groups, and who is in which group.

mod client;
mod config;
pub mod entities;
mod id;
pub mod steps;

pub use client::Api;
pub use config::Config;
pub use id::ObjectId;

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::vendor::Http;
use steps::{fetch_group_members, fetch_groups, fetch_orgs, fetch_users};

/// The JumpCloud integration.
#[derive(J1Integration)]
#[j1(
    name = "jumpcloud",
    title = "JumpCloud",
    config = Config,
    steps(fetch_orgs, fetch_users, fetch_groups, fetch_group_members)
)]
pub struct JumpCloud {
    /// The API of JumpCloud.
    pub api: Api,
}

impl Connect for JumpCloud {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: Api::new(&config, http)? })
    }

    async fn validate(&self) -> Result<()> {
        self.api.try_key().await
    }
}
