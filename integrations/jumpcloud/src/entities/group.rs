//! Groups of users.

use j1::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ObjectId;
use crate::entities::Account;

/// A group of users: one record of `GET /v2/usergroups`.
#[derive(Debug, Clone, Serialize, Deserialize, J1Entity)]
#[j1(type = "jumpcloud_group", class = Group, key = id)]
#[j1(name = [name, id], display_name = [name, id])]
#[j1(computed(created_on: Option<Timestamp> = Self::created_on, web_link: String = Self::web_link))]
#[j1(computed(is_sudo_enabled: Option<bool> = Self::is_sudo_enabled))]
#[j1(computed(is_samba_enabled: Option<bool> = Self::is_samba_enabled))]
#[j1(computed(posix_groups: Option<Vec<String>> = Self::posix_groups))]
#[j1(computed(ldap_groups: Option<Vec<String>> = Self::ldap_groups))]
pub struct Group {
    /// The identifier of the group.
    #[serde(flatten)]
    pub id: ObjectId,
    /// Its name.
    pub name: Option<String>,
    /// The description.
    #[j1(truncate)]
    pub description: Option<String>,
    /// The rights of its members on the systems they can use.
    #[j1(skip)]
    pub attributes: Option<Attributes>,
    /// The organization that has the group. JumpCloud does not say it: it is the one that was asked.
    #[j1(relationship(Has<Account, Group>))]
    pub organization: Option<String>,
}

/// The rights of a group's members on the systems they can use.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// The sudo rights.
    pub sudo: Option<Sudo>,
    /// `true` if they can use Samba shares.
    pub samba_enabled: Option<bool>,
    /// The groups of Linux that they are in.
    pub posix_groups: Option<Vec<Named>>,
    /// The groups of LDAP that they are in.
    pub ldap_groups: Option<Vec<Named>>,
}

/// The sudo rights of the members.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sudo {
    /// `true` if sudo is allowed.
    pub enabled: Option<bool>,
}

/// A group elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
}

impl Group {
    fn created_on(&self) -> Option<Timestamp> {
        self.id.made_on()
    }

    fn web_link(&self) -> String {
        format!("https://console.jumpcloud.com/#/groups/user/{}/details", self.id)
    }

    fn is_sudo_enabled(&self) -> Option<bool> {
        self.attributes.as_ref()?.sudo.as_ref()?.enabled
    }

    fn is_samba_enabled(&self) -> Option<bool> {
        self.attributes.as_ref()?.samba_enabled
    }

    fn posix_groups(&self) -> Option<Vec<String>> {
        self.attributes.as_ref()?.posix_groups.as_deref().map(names)
    }

    fn ldap_groups(&self) -> Option<Vec<String>> {
        self.attributes.as_ref()?.ldap_groups.as_deref().map(names)
    }
}

fn names(groups: &[Named]) -> Vec<String> {
    groups.iter().map(|group| group.name.clone()).collect()
}
