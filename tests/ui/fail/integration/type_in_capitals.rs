use j1::prelude::*;
use j1_ui_tests::{Config, Group};

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

#[derive(J1Integration)]
#[j1(name = "acme", type = "My-Acme", config = Config, steps(fetch_groups))]
pub struct Acme;

fn main() {}
