use j1::prelude::*;
use j1_ui_tests::{Group, User};

#[derive(J1Properties)]
pub struct Membership {
    pub roles: Vec<String>,
}

#[step(emits(Group, User, Has<Group, User, Membership>))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
