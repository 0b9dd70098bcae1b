use j1::prelude::*;
use j1_ui_tests::{Account, Config, Group};

#[step(emits(Account), source(id = "accounts", default = off))]
async fn fetch_account(_job: &mut Job<fetch_account>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there is one account"))
}

#[step(emits(Group), source(id = "accounts"))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_account, fetch_groups))]
pub struct Acme;

fn main() {}
