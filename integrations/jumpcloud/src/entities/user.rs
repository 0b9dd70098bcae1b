//! Users.

use j1_core::prelude::*;
use serde::Deserialize;

use crate::ObjectId;
use crate::entities::Account;

/// A user: one record of `GET /systemusers`.
///
/// Telephone numbers, addresses and SSH keys are not read: JupiterOne asks to leave them out.
#[derive(Debug, Clone, Deserialize, J1Entity)]
#[j1(type = "jumpcloud_user", class = User, key = id)]
#[j1(display_name = username)]
#[j1(computed(name: String = Self::full_name, login: String = Self::login, state: Option<String> = Self::state))]
#[j1(computed(is_active: bool = Self::is_active, created_on: Option<Timestamp> = Self::created_on))]
#[j1(computed(is_mfa_excluded: Option<bool> = Self::is_mfa_excluded))]
#[j1(computed(is_mfa_configured: Option<bool> = Self::is_mfa_configured))]
#[j1(computed(mfa_exclusion_ends_on: Option<Timestamp> = Self::mfa_exclusion_ends))]
#[j1(computed(web_link: String = Self::web_link))]
pub struct User {
    /// What identifies the user.
    #[serde(flatten)]
    pub id: ObjectId,
    /// The name the user logs in with.
    #[j1(list)]
    pub username: String,
    /// The mail address of the user.
    #[j1(list)]
    pub email: Option<String>,
    /// The first name.
    #[serde(rename = "firstname")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(rename = "lastname")]
    pub last_name: Option<String>,
    /// `ACTIVATED`, `STAGED` or `SUSPENDED`.
    #[j1(skip)]
    pub state: Option<String>,
    /// Whether the user has set a password.
    #[j1(skip)]
    pub activated: Option<bool>,
    /// Whether an administrator has suspended the user.
    pub suspended: Option<bool>,
    /// When the user was made.
    #[j1(skip)]
    pub created: Option<Timestamp>,
    /// What the user is about.
    #[j1(truncate)]
    pub description: Option<String>,
    /// How the user is employed.
    #[serde(rename = "employeeType")]
    pub employee_type: Option<String>,
    /// The number the user has as an employee.
    #[serde(rename = "employeeIdentifier")]
    pub employee_id: Option<String>,
    /// Who employs the user.
    pub company: Option<String>,
    /// Where the user works.
    pub department: Option<String>,
    /// What the user works as.
    #[serde(rename = "jobTitle")]
    pub job_title: Option<String>,
    /// Whether a one-time password is asked for.
    #[j1(rename = "isMfaEnabled")]
    pub totp_enabled: Option<bool>,
    /// What is set of multi-factor authentication.
    #[j1(skip)]
    pub mfa: Option<Mfa>,
    /// Whether another directory keeps the user.
    pub externally_managed: Option<bool>,
    /// Whether the user may bind to LDAP.
    pub ldap_binding_user: Option<bool>,
    /// Whether the user is a service user of Samba.
    pub samba_service_user: Option<bool>,
    /// Whether the user is an administrator of the systems.
    pub sudo: Option<bool>,
    /// What an administrator has marked the user with.
    pub tags: Option<Vec<String>>,
    /// The organization that has the user.
    #[j1(relationship(Has<Account, User>))]
    pub organization: Option<String>,
}

/// What is set of multi-factor authentication.
#[derive(Debug, Clone, Deserialize)]
pub struct Mfa {
    /// Whether the user is excluded from it.
    pub exclusion: Option<bool>,
    /// Whether the user has set it up.
    pub configured: Option<bool>,
    /// When the exclusion ends.
    #[serde(rename = "exclusionUntil")]
    pub exclusion_until: Option<Timestamp>,
}

impl User {
    /// First and last name; what there is of them, or else the name the user logs in with.
    fn full_name(&self) -> String {
        let parts = [&self.first_name, &self.last_name];
        let name: Vec<&str> =
            parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if name.is_empty() { self.username.clone() } else { name.join(" ") }
    }

    fn login(&self) -> String {
        self.username.clone()
    }

    fn state(&self) -> Option<String> {
        self.state.as_deref().map(str::to_lowercase)
    }

    fn created_on(&self) -> Option<Timestamp> {
        self.created.or_else(|| self.id.made_on())
    }

    /// A user that is activated, and that nobody has suspended.
    fn is_active(&self) -> bool {
        let may = self.state.as_deref() == Some("ACTIVATED") || self.suspended != Some(true);
        may && self.activated == Some(true)
    }

    fn is_mfa_excluded(&self) -> Option<bool> {
        self.mfa.as_ref()?.exclusion
    }

    fn is_mfa_configured(&self) -> Option<bool> {
        self.mfa.as_ref()?.configured
    }

    fn mfa_exclusion_ends(&self) -> Option<Timestamp> {
        self.mfa.as_ref()?.exclusion_until
    }

    fn web_link(&self) -> String {
        format!("https://console.jumpcloud.com/#/users/{}/details", self.id)
    }
}
