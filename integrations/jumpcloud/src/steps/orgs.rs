//! Organizations.

use j1::prelude::*;

use crate::JumpCloud;
use crate::entities::Account;

/// Collects the organizations that the key may read.
#[step(emits(Account), permissions("Read Only"))]
pub async fn fetch_orgs(jumpcloud: &JumpCloud, job: &mut Job<fetch_orgs>) -> Result<Outcome> {
    let mut accounts = jumpcloud.api.organizations();
    let mut any = false;
    while let Some(account) = accounts.next().await? {
        job.add(account).await?;
        any = true;
    }
    let outcome = accounts.finish()?;
    if any {
        return Ok(outcome);
    }
    // All other steps read organization by organization. Without one they would read nothing, which proves nothing.
    Ok(outcome.and(Outcome::partial("JumpCloud names no organization, and every key belongs to one")))
}
