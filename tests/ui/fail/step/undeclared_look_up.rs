use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[step(emits(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let _ = job.find::<Account>("1");
    Ok(Outcome::nothing_to_read("there are no groups"))
}

fn main() {}
