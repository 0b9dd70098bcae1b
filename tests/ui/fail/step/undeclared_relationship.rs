use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[step(emits(Group), reads(Account))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let group = Group { id: "1".into() };
        let group = job.add(group).await?;
        job.add(has(&account, &group)).await?;
    }
    accounts.finish()
}

fn main() {}
