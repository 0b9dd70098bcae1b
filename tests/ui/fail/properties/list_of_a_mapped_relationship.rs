use j1::prelude::*;
use j1_ui_tests::Group;

#[derive(J1Properties)]
pub struct Membership { pub roles: Vec<String> }
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person { pub email: String }
#[step(emits(Group, Mapped<Has<Group, Person, Membership>>))]
async fn f(_job: &mut Job<f>) -> Result<Outcome> { Ok(Outcome::nothing_to_read("x")) }

fn main() {}
