//! Agents.

use std::collections::BTreeSet;

use j1_core::graph::{TagList, Tags};
use j1_core::model::Format;
use j1_core::prelude::*;
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
    /// What identifies the agent.
    pub id: String,
    /// What identifies it for itself.
    pub uuid: Option<String>,
    /// What the machine calls itself.
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
    /// Who the operating system says uses it.
    pub os_username: Option<String>,
    /// Who logged in last.
    pub last_logged_in_user_name: Option<String>,
    /// The version of the agent.
    pub agent_version: Option<String>,
    /// The maker and the model of the machine.
    pub model_name: Option<String>,
    /// `laptop`, `desktop`, `server` and the like.
    pub machine_type: Option<String>,
    /// The processor.
    pub cpu_id: Option<String>,
    /// How many processors there are.
    pub cpu_count: Option<u64>,
    /// How many cores they have.
    pub core_count: Option<u64>,
    /// The memory, in megabytes.
    pub total_memory: Option<u64>,
    /// Whether it may reach the network: `connected`, `disconnected` when it is quarantined, and what is between.
    pub network_status: Option<String>,
    /// What became of the last scan of the whole disk.
    pub scan_status: Option<String>,
    /// What is done about threats: `detect` or `protect`.
    pub mitigation_mode: Option<String>,
    /// What is done about suspicions.
    pub mitigation_mode_suspicious: Option<String>,
    /// Whether it is on its way to another console.
    pub console_migration_status: Option<String>,
    /// Whether applications have to be patched.
    pub apps_vulnerability_status: Option<String>,
    /// What the user has yet to grant the agent.
    pub missing_permissions: Option<Vec<String>>,
    /// Whether it spoke to the console lately.
    pub is_active: Option<bool>,
    /// Whether an administrator took it out of use.
    pub is_decommissioned: Option<bool>,
    /// Whether it is to be removed.
    pub is_pending_uninstall: Option<bool>,
    /// Whether it was removed.
    pub is_uninstalled: Option<bool>,
    /// Whether its version is the newest.
    pub is_up_to_date: Option<bool>,
    /// Whether it has threats that are not resolved.
    pub infected: Option<bool>,
    /// How many of them.
    #[j1(rename = "activeThreatsCount")]
    pub active_threats: Option<u64>,
    /// Whether administrators may open a shell.
    #[j1(rename = "isRemoteShellAllowed")]
    pub allow_remote_shell: Option<bool>,
    /// Whether one is open.
    pub in_remote_shell_session: Option<bool>,
    /// Whether the disk is encrypted.
    #[j1(rename = "isDiskEncrypted")]
    pub encrypted_applications: Option<bool>,
    /// When the operating system started.
    #[j1(rename = "osStartedOn")]
    pub os_start_time: Option<Timestamp>,
    /// When it last spoke to the console.
    #[j1(rename = "lastSeenOn")]
    pub last_active_date: Option<Timestamp>,
    /// When it was made known to the console.
    pub created_at: Option<Timestamp>,
    /// When its record was changed.
    pub updated_at: Option<Timestamp>,
    /// When its policy was changed.
    pub policy_updated_at: Option<Timestamp>,
    /// When it registered.
    pub registered_at: Option<Timestamp>,
    /// When it came into its group.
    pub group_updated_at: Option<Timestamp>,
    /// When the last scan was stopped.
    pub scan_aborted_at: Option<Timestamp>,
    /// When the last scan began.
    pub scan_started_at: Option<Timestamp>,
    /// When the last scan ended.
    pub scan_finished_at: Option<Timestamp>,
    /// Its network interfaces.
    #[j1(skip)]
    pub network_interfaces: Option<Vec<Interface>>,
    /// What people have marked it with.
    #[j1(tags)]
    pub tags: Option<Marks>,
    /// What Active Directory says of it.
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

/// What Active Directory says of a machine and of who logged in last.
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

    /// Whether it is on a machine and in use: not removed, and not taken out of use.
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
