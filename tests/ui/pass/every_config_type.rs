#![allow(dead_code)]

use std::num::NonZeroU32;
use std::time::Duration;

use j1_core::config::{ConfigKind, ConfigValue};
use j1::prelude::*;

/// Where the tenant is.
#[derive(J1Config, Clone, Copy, Debug, PartialEq)]
pub enum Region {
    /// The United States.
    Us,
    EuCentral,
    #[j1(rename = "gov")]
    UsGovernment,
}

pub struct Even(u32);

impl ConfigValue for Even {
    const KIND: ConfigKind = ConfigKind::Other("even number");
    fn from_text(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number| number % 2 == 0);
        number.map(Self).ok_or_else(|| format!("is not {}", Self::KIND.wanted()))
    }
}

/// What an operator sets.
#[derive(J1Config)]
pub struct Config {
    /// The key.
    pub api_key: Secret<String>,
    /// The host.
    #[j1(default = "https://example.com")]
    pub host: String,
    #[j1(auth)]
    pub client_id: String,
    pub verbose: bool,
    pub pages: Option<u32>,
    #[j1(default = -1.5)]
    pub rate: f64,
    #[j1(default = "1h30m")]
    pub timeout: Duration,
    pub region: Region,
    #[j1(default = "us, GOV")]
    pub regions: Vec<Region>,
    #[j1(default = "")]
    pub tags: Vec<String>,
    pub backup_keys: Option<Vec<Secret<String>>>,
    #[j1(default = 5)]
    pub retries: NonZeroU32,
    #[j1(default = true)]
    pub r#loop: bool,
    #[j1(default = "4")]
    pub even: Even,
    #[j1(allow(J1-E0802, reason = "the name of the header, not the token"))]
    pub name_of_token: String,
    #[j1(variable = "JUPITERONE_INTEGRATION_INSTANCE_ID", default = "local")]
    pub instance: String,
}

fn main() {
    let required: Vec<_> = Config::FIELDS.iter().filter(|f| f.required()).map(|field| field.name).collect();
    assert_eq!(required, ["api_key", "client_id", "verbose", "region", "name_of_token"]);
    let variables: Vec<_> = Config::FIELDS.iter().map(|field| field.variable_of("my-acme")).collect();
    assert_eq!((&*variables[0], &*variables[15]), ("MY_ACME_API_KEY", "JUPITERONE_INTEGRATION_INSTANCE_ID"));
    let auth: Vec<_> = Config::FIELDS.iter().filter(|f| f.auth).map(|field| field.name).collect();
    assert_eq!(auth, ["api_key", "client_id", "backup_keys"]);
    let config = Config::from_values(&mut |field| match field.name {
        "api_key" | "client_id" | "name_of_token" => Some("x".into()),
        "verbose" => Some("TRUE".into()),
        "region" => Some(" eu-central ".into()),
        _ => None,
    });
    let config = config.unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!((config.region, config.regions), (Region::EuCentral, vec![Region::Us, Region::UsGovernment]));
    assert_eq!((config.rate, config.timeout), (-1.5, Duration::from_secs(5400)));
    assert_eq!(config.instance, "local");
    assert_eq!((config.tags.len(), config.pages, config.retries.get(), config.r#loop), (0, None, 5, true));
}
