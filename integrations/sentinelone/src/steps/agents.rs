//! Agents, and what they are tied to.

use j1::prelude::*;

use crate::SentinelOne;
use crate::entities::{Agent, Group};
use crate::targets::{DeviceByMac, DeviceBySerial, Person};

/// Collects the agents, the group of each, the device that it protects, and who logged in there last.
#[step(
    emits(
        Agent,
        Has<Group, Agent>,
        Mapped<Protects<Agent, DeviceBySerial>>,
        Mapped<Protects<Agent, DeviceByMac>>,
        Mapped<Uses<Person, Agent>>,
    ),
    reads(keys Group),
    permissions("Viewer")
)]
pub async fn fetch_agents(s1: &SentinelOne, job: &mut Job<fetch_agents>) -> Result<Outcome> {
    let mut agents = s1.api.agents();
    while let Some(agent) = agents.next().await? {
        // The group may be one that the token does not reach, or that was deleted since.
        let group = agent.group_id.as_deref().and_then(|id| job.find::<Group>(id));
        let (device, devices, person) = (agent.device_by_serial(), agent.devices_by_mac(), agent.person());
        let agent = job.add(agent).await?;
        if let Some(group) = group {
            job.add(has(&group, &agent)).await?;
        }
        if let Some(device) = device {
            job.add(protects(&agent, device)).await?;
        }
        for device in devices {
            job.add(protects(&agent, device)).await?;
        }
        if let Some(person) = person {
            job.add(uses(person, &agent)).await?;
        }
    }
    agents.finish()
}
