use j1::prelude::*;
use j1_ui_tests::{Account, Config, Group};

#[step(emits(Group), reads(optional Account))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, shards = Account, steps(fetch_groups))]
pub struct Acme;

fn main() {}
