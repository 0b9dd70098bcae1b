use j1::prelude::*;
use j1_ui_tests::Account;

#[step(emits(Account))]
fn fetch_account(_job: &mut Job<fetch_account>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there is one account"))
}

fn main() {}
