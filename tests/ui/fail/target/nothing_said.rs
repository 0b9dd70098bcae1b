use j1::prelude::*;
use j1_ui_tests::User;

#[derive(J1Target)]
pub struct Person {
    pub email: String,
}

#[step(emits(Mapped<Is<User, Person>>), reads(keys User))]
async fn fetch_people(_job: &mut Job<fetch_people>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
