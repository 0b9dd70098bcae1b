#![deny(dead_code)]
use j1::prelude::*;
use j1_ui_tests::{Config, Group, User};

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

#[step(emits(User))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no users"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_groups))]
pub struct Acme;

fn main() {}
