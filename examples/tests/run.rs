//! Runs every example: each file holds its own tests, against a provider double.
#![allow(dead_code, reason = "the `main` of an example is not called here")]

#[path = "../cursor_list.rs"]
mod cursor_list;
#[path = "../custom_auth_header.rs"]
mod custom_auth_header;
#[path = "../either_or_credentials.rs"]
mod either_or_credentials;
#[path = "../graphql_list.rs"]
mod graphql_list;
#[path = "../mapped_relationship.rs"]
mod mapped_relationship;
#[path = "../nested_list.rs"]
mod nested_list;
#[path = "../oauth.rs"]
mod oauth;
#[path = "../raw_data.rs"]
mod raw_data;
#[path = "../step_test.rs"]
mod step_test;
#[path = "../tags.rs"]
mod tags;
