//! Users.

use j1::prelude::*;

use crate::JumpCloud;
use crate::entities::{Account, Person, User};
use crate::steps::owner;

/// Collects the users of each organization, and ties each to the employee with the same mail address.
#[step(emits(User, Has<Account, User>, Mapped<Is<User, Person>>), reads(Account), permissions("Read Only"))]
pub async fn fetch_users(jumpcloud: &JumpCloud, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let mut users = jumpcloud.api.users(account.id.as_str());
        while let Some(mut user) = users.next().await? {
            user.organization = Some(owner(job, user.organization.take(), &account));
            let email = user.email.clone().filter(|email| !email.is_empty());
            let user = job.add(user).await?;
            if let Some(email) = email {
                job.add(is(&user, Person { email })).await?;
            }
        }
        accounts.absorb(users.finish()?);
    }
    accounts.finish()
}
