use j1::prelude::*;
use j1_ui_tests::User;

#[step(emits(User, User), reads(keys User, optional User))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
