//! Applications that users log in to through JumpCloud.

use j1::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ObjectId;
use crate::entities::Account;

/// An application: one record of `GET /applications`.
///
/// Its `config` is not read: it holds the certificates and keys of SAML.
#[derive(Debug, Clone, Serialize, Deserialize, J1Entity)]
#[j1(type = "jumpcloud_application", class = Application, key = id)]
#[j1(name = [name, display_name, id], display_name = [display_name, name, id])]
#[j1(computed(created_on: Option<Timestamp> = Self::created_on, web_link: String = Self::web_link))]
pub struct Application {
    /// The identifier of the application.
    #[serde(flatten)]
    pub id: ObjectId,
    /// Its short name.
    pub name: Option<String>,
    /// The name that users see.
    #[serde(rename = "displayName")]
    pub display_name: Option<String>,
    /// The description.
    #[j1(truncate)]
    pub description: Option<String>,
    /// The URL where users log in.
    #[serde(rename = "ssoUrl")]
    pub sso_url: Option<String>,
    /// `true` if users can log in.
    pub active: Option<bool>,
    /// The time it was set up.
    #[j1(skip)]
    pub created: Option<Timestamp>,
    /// The organization that has the application.
    #[j1(relationship(Has<Account, Application>))]
    pub organization: Option<String>,
}

impl Application {
    fn created_on(&self) -> Option<Timestamp> {
        self.created.or_else(|| self.id.made_on())
    }

    fn web_link(&self) -> String {
        format!("https://console.jumpcloud.com/#/sso/{}/details", self.id)
    }
}
