use j1::prelude::*;
use j1_ui_tests::{Group, User};

#[step(emits(User, Group, Mapped<Has<Group, User>>))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
