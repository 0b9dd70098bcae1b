//! Apple's devices, and the configuration that manages them.

use j1::prelude::*;

use crate::JumpCloud;
use crate::entities::{Account, AppleDevice, AppleMdm};
use crate::steps::owner;

/// Collects the configurations that manage the Apple devices of each organization.
#[step(emits(AppleMdm, Has<Account, AppleMdm>), reads(Account), permissions("Read Only"))]
pub async fn fetch_apple_mdm(jumpcloud: &JumpCloud, job: &mut Job<fetch_apple_mdm>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let mut mdms = jumpcloud.api.apple_mdms(account.id.as_str());
        while let Some(mut mdm) = mdms.next().await? {
            mdm.organization = Some(owner(job, mdm.organization.take(), &account));
            job.add(mdm).await?;
        }
        accounts.absorb(mdms.finish()?);
    }
    accounts.finish()
}

/// Collects the devices, each with the configuration that manages it.
#[step(emits(AppleDevice, Has<AppleDevice, AppleMdm>), reads(AppleMdm), permissions("Read Only"))]
pub async fn fetch_apple_devices(
    jumpcloud: &JumpCloud,
    job: &mut Job<fetch_apple_devices>,
) -> Result<Outcome> {
    let mut mdms = job.each::<AppleMdm>()?;
    while let Some(mdm) = mdms.next().await? {
        let mut devices = jumpcloud.api.apple_devices(&mdm);
        while let Some(device) = devices.next().await? {
            let device = job.add(device).await?;
            job.add(has(&device, &mdm)).await?;
        }
        mdms.absorb(devices.finish()?);
    }
    mdms.finish()
}
