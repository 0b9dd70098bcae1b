//! Groups of users.

use j1_core::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// A group of users: one record of `GET /v2/usergroups`.
#[derive(Debug, Clone, Serialize, Deserialize, J1Entity)]
#[j1(type = "jumpcloud_group", class = Group, key = id)]
#[j1(name = [name, id], display_name = [name, id])]
#[j1(computed(web_link: String = Self::web_link))]
pub struct Group {
    /// What identifies the group.
    #[serde(flatten)]
    pub id: ObjectId,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    #[j1(truncate)]
    pub description: Option<String>,
}

impl Group {
    fn web_link(&self) -> String {
        format!("https://console.jumpcloud.com/#/groups/user/{}/details", self.id)
    }
}
