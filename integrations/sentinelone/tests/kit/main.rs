//! The integration in this process: single steps, the whole against its recordings, and a failing provider.

mod faults;
mod graph;
mod published;
mod steps;

use std::path::Path;

use j1::prelude::*;
use j1::testing::{Double, Listing, Run};
use sentinelone::{Config, SentinelOne};
use serde_json::{Value, json};

const AGENTS: &str = "web/api/v2.1/agents";
const GROUPS: &str = "web/api/v2.1/groups";

/// The paging of SentinelOne's lists.
const LIST: Listing = Listing::cursor("cursor", "pagination.nextCursor")
    .items("data")
    .total("pagination.totalItems")
    .at_most(100);

/// Returns settings as an operator would provide them.
fn config() -> Config {
    Config {
        server_url: "https://acme.sentinelone.example/".parse().expect("an address"),
        api_token: Secret::new("a-token".to_owned()),
        account_name: None,
        instance: "i-1".to_owned(),
    }
}

/// A console that says that it is one.
fn console() -> Double {
    Double::new().one("web/api/v2.1/system/info", json!({ "data": { "build": "S-24.3.2#71" } }))
}

/// Connects the integration to this provider.
fn sentinelone(provider: &Double) -> SentinelOne {
    SentinelOne::connect(config(), &provider.http()).expect("the address is one")
}

/// All of the integration, against its recordings.
fn recorded() -> Run<SentinelOne> {
    Run::replay(Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings"))
}

/// A struct of the integration, from JSON as SentinelOne sends it.
fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("what SentinelOne sends")
}

/// An agent as SentinelOne sends it, in the group `1`.
fn agent(number: usize) -> Value {
    json!({ "id": format!("{number}"), "computerName": format!("WS-{number}"), "groupId": "1" })
}

/// A group as SentinelOne sends it.
fn group() -> Value {
    json!({ "id": "1", "name": "Laptops", "type": "static" })
}
