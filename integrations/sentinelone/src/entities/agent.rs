//! Agents.

use std::collections::BTreeSet;

use j1::graph::{TagList, Tags};
use j1::model::Format;
use j1::prelude::*;
use serde::Deserialize;

use super::network::{self, Interface};

/// An agent, and the machine it is on: one record of `GET /agents`.
///
/// Its license key is not read.
#[derive(Debug, Clone, Deserialize, J1Entity)]
#[serde(rename_all = "camelCase")]
#[j1(type = "sentinelone_agent", class = HostAgent, key = "sentinelone_agent-id-{id}")]
#[j1(name = [computer_name, id], display_name = [computer_name, id])]
#[j1(computed(function: Vec<&'static str> = Self::function))]
#[j1(computed(mac_addresses: BTreeSet<String> = Self::mac_addresses))]
pub struct Agent {
    /// The identifier of the agent.
    pub id: String,
    /// The identifier that the agent has for itself.
    pub uuid: Option<String>,
    /// The name of the machine.
    pub computer_name: Option<String>,
    /// The serial number of the machine.
    #[j1(rename = "serial")]
    pub serial_number: Option<String>,
    /// The domain or workgroup of the machine.
    pub domain: Option<String>,
    /// The id of its site.
    pub site_id: Option<String>,
    /// The name of its site.
    pub site_name: Option<String>,
    /// The id of its group.
    pub group_id: Option<String>,
    /// The name of its group.
    pub group_name: Option<String>,
    /// The network that machines with nearly the same address share.
    pub group_ip: Option<String>,
    /// The address from which it reaches the console.
    pub external_ip: Option<String>,
    /// `64 bit` or `32 bit`.
    pub os_arch: Option<String>,
    /// The operating system.
    pub os_name: Option<String>,
    /// `windows`, `macos`, `linux`.
    pub os_type: Option<String>,
    /// The build of the operating system.
    pub os_revision: Option<String>,
    /// The user that the operating system reports.
    pub os_username: Option<String>,
    /// The user who logged in last.
    pub last_logged_in_user_name: Option<String>,
    /// The version of the agent.
    pub agent_version: Option<String>,
    /// The maker and the model of the machine.
    pub model_name: Option<String>,
    /// `laptop`, `desktop`, `server` and the like.
    pub machine_type: Option<String>,
    /// The processor.
    pub cpu_id: Option<String>,
    /// The number of processors.
    pub cpu_count: Option<u64>,
    /// The number of cores.
    pub core_count: Option<u64>,
    /// The memory, in megabytes.
    pub total_memory: Option<u64>,
    /// The network state: `connected`, `disconnected` when quarantined, and the states between.
    pub network_status: Option<String>,
    /// The state of the last scan of the whole disk.
    pub scan_status: Option<String>,
    /// The reaction to threats: `detect` or `protect`.
    pub mitigation_mode: Option<String>,
    /// The reaction to suspicious activity.
    pub mitigation_mode_suspicious: Option<String>,
    /// The state of a migration to another console.
    pub console_migration_status: Option<String>,
    /// The state of application patches.
    pub apps_vulnerability_status: Option<String>,
    /// Permissions that the user has yet to grant the agent.
    pub missing_permissions: Option<Vec<String>>,
    /// `true` if it contacted the console recently.
    #[j1(allow(J1-E0305, reason = "the published integration sends it under this name"))]
    pub is_active: Option<bool>,
    /// `true` if an administrator decommissioned it.
    pub is_decommissioned: Option<bool>,
    /// `true` if its removal is pending.
    pub is_pending_uninstall: Option<bool>,
    /// `true` if it was removed.
    pub is_uninstalled: Option<bool>,
    /// `true` if its version is the newest.
    pub is_up_to_date: Option<bool>,
    /// `true` if it has unresolved threats.
    pub infected: Option<bool>,
    /// The number of unresolved threats.
    #[j1(rename = "activeThreatsCount")]
    pub active_threats: Option<u64>,
    /// `true` if administrators can open a shell.
    #[j1(rename = "isRemoteShellAllowed")]
    pub allow_remote_shell: Option<bool>,
    /// `true` while a shell is open.
    pub in_remote_shell_session: Option<bool>,
    /// `true` if the disk is encrypted.
    #[j1(rename = "isDiskEncrypted")]
    pub encrypted_applications: Option<bool>,
    /// The start of the operating system.
    #[j1(rename = "osStartedOn")]
    pub os_start_time: Option<Timestamp>,
    /// The last contact with the console.
    #[j1(rename = "lastSeenOn")]
    pub last_active_date: Option<Timestamp>,
    /// The time it was added to the console.
    pub created_at: Option<Timestamp>,
    /// The last change of its record.
    pub updated_at: Option<Timestamp>,
    /// The last change of its policy.
    pub policy_updated_at: Option<Timestamp>,
    /// The time of its registration.
    pub registered_at: Option<Timestamp>,
    /// The time it joined its group.
    pub group_updated_at: Option<Timestamp>,
    /// The time the last scan was aborted.
    pub scan_aborted_at: Option<Timestamp>,
    /// The start of the last scan.
    pub scan_started_at: Option<Timestamp>,
    /// The end of the last scan.
    pub scan_finished_at: Option<Timestamp>,
    /// Its network interfaces.
    #[j1(skip)]
    pub network_interfaces: Option<Vec<Interface>>,
    /// Tags that people gave it.
    #[j1(tags)]
    pub tags: Option<Marks>,
    /// Its Active Directory data.
    #[j1(flatten)]
    pub active_directory: Option<ActiveDirectory>,
}

/// The tags of an agent.
#[derive(Debug, Clone, Deserialize)]
pub struct Marks {
    sentinelone: Option<Vec<Mark>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Mark {
    key: String,
    value: Option<String>,
}

impl Tags for Marks {
    fn list(&self, tags: &mut TagList) {
        for mark in self.sentinelone.iter().flatten() {
            tags.add(&mark.key, &mark.value);
        }
    }
}

/// Active Directory data of a machine and of the user who logged in last.
#[derive(Debug, Clone, Deserialize, J1Properties)]
#[serde(rename_all = "camelCase")]
pub struct ActiveDirectory {
    /// The machine.
    #[j1(rename = "adComputerDistinguishedName")]
    pub computer_distinguished_name: Option<String>,
    /// The mail address of the user.
    #[j1(skip)]
    pub mail: Option<String>,
    /// The name the user logs in with, in the form of a mail address.
    #[j1(skip)]
    pub user_principal_name: Option<String>,
}

impl Agent {
    #[expect(clippy::unused_self, reason = "a computed property is a method")]
    fn function(&self) -> Vec<&'static str> {
        vec!["anti-malware"]
    }

    /// The hardware addresses of the machine, in lower case; not those of its routers.
    #[must_use]
    pub fn mac_addresses(&self) -> BTreeSet<String> {
        network::own(self.network_interfaces.as_deref().unwrap_or_default())
    }

    /// Returns `true` if it is installed and in use: neither removed nor decommissioned.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.is_uninstalled != Some(true) && self.is_decommissioned != Some(true)
    }

    /// The mail address of who logged in last, as Active Directory has it.
    #[must_use]
    pub fn mail(&self) -> Option<&str> {
        let directory = self.active_directory.as_ref()?;
        let known = [&directory.mail, &directory.user_principal_name];
        known.into_iter().flatten().map(String::as_str).find(|text| Format::Email.matches(text))
    }
}
