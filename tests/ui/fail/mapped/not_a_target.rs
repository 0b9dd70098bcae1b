use j1::prelude::*;
use j1_ui_tests::User;

pub struct Person {
    pub email: String,
}

#[step(emits(User, Mapped<Is<User, Person>>))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
