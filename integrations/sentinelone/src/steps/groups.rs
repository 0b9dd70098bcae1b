//! Groups.

use j1::prelude::*;

use crate::SentinelOne;
use crate::entities::{Account, Group};

/// Collects the groups of all sites that the token may read.
#[step(emits(Group, Has<Account, Group>), reads(keys Account), permissions("Viewer"))]
pub async fn fetch_groups(s1: &SentinelOne, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let account = job.find::<Account>(&s1.account.instance);
    let mut groups = s1.api.groups();
    while let Some(group) = groups.next().await? {
        let group = job.add(group).await?;
        if let Some(account) = &account {
            job.add(has(account, &group)).await?;
        }
    }
    groups.finish()
}
