use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[step(emits(Account))]
async fn fetch_account(_job: &mut Job<fetch_account>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there is one account"))
}

#[step(emits(Group, Has<Account, Group>), reads(Account))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

#[derive(J1Integration)]
pub struct Acme;

fn main() {}
