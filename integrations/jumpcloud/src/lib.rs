//! JumpCloud into JupiterOne: organizations, users, groups, applications, Apple devices, and what ties them.

mod client;
mod config;
pub mod entities;
mod id;
pub mod steps;

pub use client::Api;
pub use config::Config;
pub use id::ObjectId;

use entities::Account;
use j1::prelude::*;
use j1::provider::Http;
use steps::{
    fetch_apple_devices, fetch_apple_mdm, fetch_application_members, fetch_applications, fetch_group_members,
    fetch_groups, fetch_orgs, fetch_users,
};

/// The JumpCloud integration.
#[derive(J1Integration)]
#[j1(
    name = "jumpcloud",
    title = "JumpCloud",
    config = Config,
    shards = Account,
    steps(
        fetch_orgs,
        fetch_users,
        fetch_groups,
        fetch_group_members,
        fetch_applications,
        fetch_application_members,
        fetch_apple_mdm,
        fetch_apple_devices
    )
)]
pub struct JumpCloud {
    /// The API of JumpCloud.
    pub api: Api,
}

impl Connect for JumpCloud {
    const SHAPES: &'static str = include_str!("../j1.shapes.json");

    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: Api::new(&config, http)? })
    }

    async fn validate(&self) -> Result<()> {
        self.api.try_key().await
    }
}
