//! The account.

use j1::prelude::*;

use crate::SentinelOne;
use crate::entities::Account;

/// Adds the account that stands for the console.
#[step(emits(Account))]
pub async fn fetch_account(s1: &SentinelOne, job: &mut Job<fetch_account>) -> Result<Outcome> {
    job.add(s1.account.clone()).await?;
    Ok(Outcome::nothing_to_read("the account is made of the configuration"))
}
