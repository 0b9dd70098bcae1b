use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[step(emits(Group), reads(Account, optional))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
