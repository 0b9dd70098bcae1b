use j1::prelude::*;
use j1_ui_tests::{Group, User};

#[step(emits(User))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    job.add(User { id: "user-0001".into() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
