//! Organizations.

use j1_core::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ObjectId;

/// An organization: one record of `GET /organizations`.
#[derive(Debug, Clone, Serialize, Deserialize, J1Entity)]
#[j1(type = "jumpcloud_account", class = [Account, Organization], key = id)]
#[j1(name = [display_name, name, id], display_name = [display_name, name, id])]
#[j1(constant(vendor = "JumpCloud", web_link = "https://console.jumpcloud.com/#/settings"))]
pub struct Account {
    /// What identifies the organization.
    #[serde(flatten)]
    pub id: ObjectId,
    /// The name an administrator gave it.
    #[serde(rename = "displayName")]
    pub display_name: Option<String>,
    /// Its short name.
    pub name: Option<String>,
    /// Where its logo is.
    #[serde(rename = "logoUrl")]
    pub logo_url: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
}
