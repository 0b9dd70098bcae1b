//! Applications, and who may use them.

use j1::prelude::*;

use crate::JumpCloud;
use crate::entities::{Account, Application, Group, User};
use crate::steps::{AT_ONCE, owner};

/// Collects the applications of each organization.
#[step(emits(Application, Has<Account, Application>), reads(Account), permissions("Read Only"))]
pub async fn fetch_applications(jumpcloud: &JumpCloud, job: &mut Job<fetch_applications>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let mut applications = jumpcloud.api.applications(account.id.as_str());
        while let Some(mut application) = applications.next().await? {
            application.organization = Some(owner(job, application.organization.take(), &account));
            job.add(application).await?;
        }
        accounts.absorb(applications.finish()?);
    }
    accounts.finish()
}

/// Collects which users and which groups may use an application.
#[step(
    emits(Assigned<User, Application>, Assigned<Group, Application>),
    reads(Application, expected User, expected Group),
    permissions("Read Only")
)]
pub async fn fetch_application_members(
    jumpcloud: &JumpCloud,
    job: &mut Job<fetch_application_members>,
) -> Result<Outcome> {
    let list = |application: &Collected<Application>| jumpcloud.api.application_users(application);
    let mut users = job.each::<Application>()?.fan_out(list).at_once(AT_ONCE);
    while let Some((application, members)) = users.next().await? {
        for member in &members {
            job.tie_from::<Assigned<User, Application>>(member.id(), &application).await?;
        }
    }
    let list = |application: &Collected<Application>| jumpcloud.api.application_groups(application);
    let mut groups = job.each::<Application>()?.fan_out(list).at_once(AT_ONCE);
    while let Some((application, members)) = groups.next().await? {
        for member in &members {
            job.tie_from::<Assigned<Group, Application>>(member.id(), &application).await?;
        }
    }
    Ok(users.finish()?.and(groups.finish()?))
}
