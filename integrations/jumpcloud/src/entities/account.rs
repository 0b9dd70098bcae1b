//! Organizations.

use j1::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// An organization: one record of `GET /organizations`.
#[derive(Debug, Clone, Serialize, Deserialize, J1Entity)]
#[j1(title = "Organizations", type = "jumpcloud_account", class = [Account, Organization], key = id)]
#[j1(name = [display_name, name, id], display_name = [display_name, name, id])]
#[j1(computed(created_on: Option<Timestamp> = Self::created_on))]
#[j1(constant(vendor = "JumpCloud", web_link = "https://console.jumpcloud.com"))]
pub struct Account {
    /// The identifier of the organization.
    #[serde(flatten)]
    pub id: ObjectId,
    /// The name an administrator gave it.
    #[serde(rename = "displayName")]
    pub display_name: Option<String>,
    /// Its short name: sent as `name` where no administrator gave it one.
    #[j1(skip)]
    pub name: Option<String>,
    /// The URL of its logo.
    #[serde(rename = "logoUrl")]
    pub logo_url: Option<String>,
    /// The time of its creation.
    #[j1(skip)]
    pub created: Option<Timestamp>,
}

impl Account {
    fn created_on(&self) -> Option<Timestamp> {
        self.created.or_else(|| self.id.made_on())
    }
}
