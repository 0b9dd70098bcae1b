use j1::prelude::*;
use j1_ui_tests::{Person, User};

#[step(emits(User, Is<User, Person>))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
