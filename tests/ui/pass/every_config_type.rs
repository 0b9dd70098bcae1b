use j1_core::prelude::*;

use std::time::Duration;

/// What an operator sets.
#[derive(J1Config)]
pub struct Config {
    /// The key.
    pub api_key: Secret<String>,
    /// The host.
    #[j1(default = "https://example.com")]
    pub host: String,
    pub verbose: bool,
    pub pages: Option<u32>,
    pub rate: f64,
    pub timeout: Duration,
}

fn main() {
    let fields: Vec<_> = Config::FIELDS.iter().map(|field| (field.name, field.required())).collect();
    assert_eq!(
        fields,
        [("api_key", true), ("host", false), ("verbose", true), ("pages", false), ("rate", true), ("timeout", true)]
    );
}
