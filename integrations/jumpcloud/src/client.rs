//! The API of JumpCloud, as far as the integration reads it.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Pages, Paging, Request};
use serde::Deserialize;

use crate::Config;
use crate::entities::{Account, AppleDevice, AppleMdm, Application, Group, User};

/// Lists come 100 records at a time, the most that JumpCloud gives. What is skipped is a multiple of that.
const LIST: Paging = Paging::offset("limit", "skip", 100).aligned();
/// Lists of version 1 of the API.
const LIST_OF_V1: Paging = LIST.items("results").total("totalCount");
/// Lists below a record that was just read: if the record is gone by now, its list is empty.
const BELOW: Paging = LIST.not_found_is_complete();

/// The API of JumpCloud.
pub struct Api(Client);

/// A member: one row of a group's members, or of an application's users or groups.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Member {
    /// As groups list theirs: the row is an edge, and the member its end.
    Edge {
        /// The member.
        to: MemberRef,
    },
    /// As applications list theirs.
    Object(MemberRef),
}

/// The identifier of a member.
#[derive(Debug, Deserialize)]
pub struct MemberRef {
    /// Its id.
    pub id: String,
    /// The kind of object, such as `user`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Member {
    /// The id of the member.
    #[must_use]
    pub fn id(&self) -> &str {
        let (Self::Edge { to: member } | Self::Object(member)) = self;
        &member.id
    }

    /// Returns `true` if the member is of this kind, such as `user`.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        let (Self::Edge { to: member } | Self::Object(member)) = self;
        member.kind == kind
    }
}

impl Api {
    /// The API as an operator configured it.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(config: &Config, http: &Http) -> Result<Self> {
        Ok(Self(http.client(config.api_base.as_str())?.header("x-api-key", &config.api_key)))
    }

    /// Tries the key with one request.
    ///
    /// # Errors
    /// When JumpCloud refuses it, or does not answer.
    pub async fn try_key(&self) -> Result<()> {
        self.0.get("organizations").query("limit", 1).accepted().await
    }

    /// The organizations that the key may read: one, or all that an administrator of several manages.
    #[must_use]
    pub fn organizations(&self) -> Pages<Account> {
        // A key has few. JumpCloud gives 10 where nobody says how many.
        self.0.get("organizations").pages(LIST_OF_V1.until_total())
    }

    /// The users of an organization.
    #[must_use]
    pub fn users(&self, organization: &str) -> Pages<User> {
        self.of(organization, "systemusers").pages(LIST_OF_V1)
    }

    /// The groups of users of an organization.
    #[must_use]
    pub fn groups(&self, organization: &str) -> Pages<Group> {
        self.of(organization, "v2/usergroups").pages(LIST)
    }

    /// Lists the members of a group.
    #[must_use]
    pub fn group_members(&self, group: &Group) -> Pages<Member> {
        self.below(group.organization.as_deref(), &format!("v2/usergroups/{}/members", group.id))
    }

    /// The applications of an organization.
    #[must_use]
    pub fn applications(&self, organization: &str) -> Pages<Application> {
        self.of(organization, "applications").pages(LIST_OF_V1)
    }

    /// The users that may use an application, by themselves or through a group.
    #[must_use]
    pub fn application_users(&self, application: &Application) -> Pages<Member> {
        let path = format!("v2/applications/{}/users", application.id);
        self.below(application.organization.as_deref(), &path)
    }

    /// The groups that may use an application.
    #[must_use]
    pub fn application_groups(&self, application: &Application) -> Pages<Member> {
        let path = format!("v2/applications/{}/usergroups", application.id);
        self.below(application.organization.as_deref(), &path)
    }

    /// The configurations that manage the Apple devices of an organization.
    #[must_use]
    pub fn apple_mdms(&self, organization: &str) -> Pages<AppleMdm> {
        self.of(organization, "v2/applemdms").pages(LIST)
    }

    /// The devices that a configuration manages.
    #[must_use]
    pub fn apple_devices(&self, mdm: &AppleMdm) -> Pages<AppleDevice> {
        self.below(mdm.organization.as_deref(), &format!("v2/applemdms/{}/devices", mdm.id))
    }

    /// A request about one organization. Where the key is for one alone, JumpCloud knows it anyway.
    fn of(&self, organization: &str, path: &str) -> Request {
        self.0.get(path).header("x-org-id", organization)
    }

    fn below<T: serde::de::DeserializeOwned>(&self, organization: Option<&str>, path: &str) -> Pages<T> {
        self.of(organization.unwrap_or_default(), path).pages(BELOW)
    }
}
