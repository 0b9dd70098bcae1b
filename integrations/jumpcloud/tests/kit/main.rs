//! The integration in this process: single steps, the whole against its recordings, and a failing provider.

mod any;
mod faults;
mod graph;
mod members;
mod overlap;
mod published;
mod questions;
mod steps;

use std::path::Path;

use j1::prelude::*;
use j1::testing::{Double, Listing, Run};
use jumpcloud::entities::Account;
use jumpcloud::{Config, JumpCloud};
use serde_json::{Value, json};

/// The paging of version 1 of JumpCloud's API, and of version 2.
const V1: Listing = Listing::offset("limit", "skip").items("results").total("totalCount");
const V2: Listing = Listing::offset("limit", "skip").total_header("x-total-count");

/// Two organizations.
const ACCOUNT: &str = "5ca31a2200000000000000aa";
const OTHER: &str = "5ca31a2200000000000000bb";

/// Connects the integration to this provider.
fn jumpcloud(provider: &Double) -> JumpCloud {
    let config = Config {
        api_key: Secret::new("a-key".to_owned()),
        api_base: "https://jumpcloud.example/api".parse().expect("an address"),
    };
    JumpCloud::connect(config, &provider.http()).expect("the address is one")
}

/// All of the integration, against its recordings.
fn recorded() -> Run<JumpCloud> {
    Run::replay(Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings"))
}

/// A struct of the integration, from JSON as JumpCloud sends it.
fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("what JumpCloud sends")
}

/// An organization.
fn account(id: &str) -> Account {
    read(json!({ "id": id, "displayName": "Acme" }))
}

/// The id of a user.
fn user_id(number: usize) -> String {
    format!("{:024x}", 0x1000 + number)
}

/// A user as JumpCloud sends it.
fn user(number: usize) -> Value {
    json!({ "_id": user_id(number), "username": format!("user-{number}"), "email": format!("{number}@acme.example") })
}
