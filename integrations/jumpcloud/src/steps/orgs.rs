//! Organizations.

use j1_core::prelude::*;

use crate::JumpCloud;
use crate::entities::Account;

/// Collects the organizations that the key may read.
#[step(emits(Account))]
pub async fn fetch_orgs(jumpcloud: &JumpCloud, job: &mut Job<fetch_orgs>) -> Result<Outcome> {
    let mut accounts = jumpcloud.api.organizations();
    while let Some(account) = accounts.next().await? {
        job.add(account).await?;
    }
    accounts.finish()
}
