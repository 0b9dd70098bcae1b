use j1::prelude::*;
use j1_ui_tests::{Account, Config, Group};

#[step(emits(Account))]
async fn fetch_accounts(_job: &mut Job<fetch_accounts>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Group), reads(Account))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Has<Account, Group>), reads(Account, Group by id))]
async fn fetch_members(_job: &mut Job<fetch_members>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, shards = Account, steps(fetch_accounts, fetch_groups, fetch_members))]
pub struct Acme;

fn main() {}
