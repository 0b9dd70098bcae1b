use j1::prelude::*;
use j1_ui_tests::Account;

#[step(emits(Account))]
async fn fetch_account(_job: &mut Job<fetch_account>) {}

fn main() {}
