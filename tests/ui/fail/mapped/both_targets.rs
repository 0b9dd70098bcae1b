use j1::prelude::*;
use j1_ui_tests::Person;

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Employee {
    pub email: String,
}

#[step(emits(Mapped<Is<Person, Employee>>))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
