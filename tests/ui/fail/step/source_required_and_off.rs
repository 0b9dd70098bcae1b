use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group), source(id = "groups", default = off, required))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

fn main() {}
