//! Groups, and who is in them.

use j1::prelude::*;

use crate::JumpCloud;
use crate::entities::{Account, Group, User};
use crate::steps::{AT_ONCE, owner};

/// Collects the groups of each organization.
#[step(emits(Group, Has<Account, Group>), reads(Account), permissions("Read Only"))]
pub async fn fetch_groups(jumpcloud: &JumpCloud, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let mut groups = jumpcloud.api.groups(account.id.as_str());
        while let Some(mut group) = groups.next().await? {
            group.organization = Some(owner(job, group.organization.take(), &account));
            job.add(group).await?;
        }
        accounts.absorb(groups.finish()?);
    }
    accounts.finish()
}

/// Collects who is in which group.
#[step(emits(Has<Group, User>), reads(Group, expected User), permissions("Read Only"))]
pub async fn fetch_group_members(
    jumpcloud: &JumpCloud,
    job: &mut Job<fetch_group_members>,
) -> Result<Outcome> {
    let members = |group: &Collected<Group>| jumpcloud.api.group_members(group);
    let mut groups = job.each::<Group>()?.fan_out(members).at_once(AT_ONCE);
    while let Some((group, members)) = groups.next().await? {
        // A group lists deleted users for a while; `tie_to` leaves their relationships out.
        for member in members.iter().filter(|member| member.is("user")) {
            job.tie_to::<Has<Group, User>>(&group, member.id()).await?;
        }
    }
    groups.finish()
}
