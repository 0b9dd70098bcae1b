use j1::prelude::*;
use j1_ui_tests::{Group, User};

#[derive(J1Properties)]
pub struct Membership {
    pub role: String,
}

#[step(emits(Group, User, Has<Group, User>))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let group = job.add(Group { id: "developers".into() }).await?;
    let user = job.add(User { id: "ada@example.com".into() }).await?;
    job.add(has(&group, &user).with_properties(Membership { role: "owner".into() })).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
