use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[step(emits(Account))]
async fn fetch_account(job: &mut Job<fetch_account>) -> Result<Outcome> {
    job.add(Group { id: "1".into() }).await?;
    Ok(Outcome::nothing_to_read("there is one group"))
}

fn main() {}
