//! Users.

use j1_core::prelude::*;

use crate::JumpCloud;
use crate::entities::{Account, User};

/// Collects the users, each with the organization that has it.
#[step(emits(User, Has<Account, User>), reads(Account))]
pub async fn fetch_users(jumpcloud: &JumpCloud, job: &mut Job<fetch_users>) -> Result<Outcome> {
    // A user that does not say where it belongs belongs to the first organization, that of the key.
    let first = job.each::<Account>()?.next().await?;
    let mut users = jumpcloud.api.users();
    while let Some(user) = users.next().await? {
        let homeless = user.organization.is_none();
        let user = job.add(user).await?;
        if let Some(account) = first.as_ref().filter(|_| homeless) {
            job.add(has(account, &user)).await?;
        }
    }
    users.finish()
}
