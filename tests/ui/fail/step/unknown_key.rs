use j1::prelude::*;
use j1_ui_tests::Account;

#[step(emit(Account))]
async fn fetch_account(job: &mut Job<fetch_account>) -> Result<Outcome> {
    job.add(Account { id: "1".into(), name: "a".into(), display_name: "a".into() }).await?;
    Ok(Outcome::nothing_to_read("there is one account"))
}

fn main() {}
