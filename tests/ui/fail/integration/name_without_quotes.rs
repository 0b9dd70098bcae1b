use j1::prelude::*;
use j1_ui_tests::{Config, Group};

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("x"))
}

#[derive(J1Integration)]
#[j1(name = acme, config = Config, steps(fetch_groups))]
pub struct Acme;

fn main() {}
