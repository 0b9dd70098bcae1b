use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group))]
async fn fetch_groups(_job: Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
