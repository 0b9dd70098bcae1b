use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[derive(J1Properties)]
pub struct Membership {
    pub roles: Vec<String>,
}
type Link = Has<Account, Group, Membership>;
#[step(emits(Account, Group, Link))]
async fn f(_job: &mut Job<f>) -> Result<Outcome> { Ok(Outcome::nothing_to_read("x")) }

fn main() {}
