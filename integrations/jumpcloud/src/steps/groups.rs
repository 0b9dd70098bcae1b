//! Groups, and who is in them.

use j1_core::prelude::*;
use j1_runtime::vendor;

use crate::JumpCloud;
use crate::entities::{Account, Group, User};

/// Collects the groups. JumpCloud does not say which organization has a group: it is the first, that of the key.
#[step(emits(Group, Has<Account, Group>), reads(Account))]
pub async fn fetch_groups(jumpcloud: &JumpCloud, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let first = job.each::<Account>()?.next().await?;
    let mut groups = jumpcloud.api.groups();
    while let Some(group) = groups.next().await? {
        let group = job.add(group).await?;
        if let Some(account) = &first {
            job.add(has(account, &group)).await?;
        }
    }
    groups.finish()
}

/// Collects who is in which group.
#[step(emits(Has<Group, User>), reads(Group, keys User))]
pub async fn fetch_group_members(
    jumpcloud: &JumpCloud,
    job: &mut Job<fetch_group_members>,
) -> Result<Outcome> {
    let members = |group: &Collected<Group>| jumpcloud.api.members(group.id.borrow_part());
    let mut groups = vendor::lists(job.each::<Group>()?, 8, members);
    while let Some((group, members)) = groups.next().await? {
        // A group lists users for a while after they are gone; JupiterOne has nothing to tie to then.
        for member in members.iter().filter(|member| member.to.kind == "user") {
            if let Some(user) = job.find::<User>(&member.to.id) {
                job.add(has(&group, &user)).await?;
            }
        }
    }
    groups.finish()
}
