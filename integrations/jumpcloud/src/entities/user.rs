//! Users.

use j1::prelude::*;
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
    /// The identifier of the user.
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
    /// `true` if the user has set a password.
    #[j1(skip)]
    pub activated: Option<bool>,
    /// `true` if an administrator has suspended the user.
    pub suspended: Option<bool>,
    /// The time the user was created.
    #[j1(skip)]
    pub created: Option<Timestamp>,
    /// The description of the user.
    #[j1(truncate)]
    pub description: Option<String>,
    /// The type of employment.
    #[serde(rename = "employeeType")]
    pub employee_type: Option<String>,
    /// The number the user has as an employee.
    #[serde(rename = "employeeIdentifier")]
    pub employee_id: Option<String>,
    /// The employer.
    pub company: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The job title.
    #[serde(rename = "jobTitle")]
    pub job_title: Option<String>,
    /// `true` if a one-time password is required.
    #[j1(rename = "isMfaEnabled")]
    pub totp_enabled: Option<bool>,
    /// The settings of multi-factor authentication.
    #[j1(skip)]
    pub mfa: Option<Mfa>,
    /// `true` if another directory manages the user.
    pub externally_managed: Option<bool>,
    /// `true` if the user can bind to LDAP.
    pub ldap_binding_user: Option<bool>,
    /// `true` for a Samba service user.
    pub samba_service_user: Option<bool>,
    /// `true` if the user is an administrator of the systems.
    pub sudo: Option<bool>,
    /// Tags that administrators gave the user.
    pub tags: Option<Vec<String>>,
    /// The organization that has the user.
    #[j1(relationship(Has<Account, User>))]
    pub organization: Option<String>,
}

/// The settings of multi-factor authentication.
#[derive(Debug, Clone, Deserialize)]
pub struct Mfa {
    /// `true` if the user is excluded from it.
    pub exclusion: Option<bool>,
    /// `true` if the user has set it up.
    pub configured: Option<bool>,
    /// The end of the exclusion.
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

    /// A user that is activated and not suspended.
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
