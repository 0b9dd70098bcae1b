//! The API of JumpCloud, as far as the integration reads it.

use j1::prelude::*;
use j1::provider::{Client, Http, Pages, Paging, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Config;
use crate::entities::{Account, AppleDevice, AppleMdm, Application, Group, User};

/// 100 records are the maximum of a page, and the number to skip is a multiple of it.
const LIST: Paging = Paging::aligned_offset("limit", "skip", 100);
/// Lists of version 1 of the API count their records in the body.
const LIST_OF_V1: Paging = LIST.items("results").total("totalCount");
/// Lists of version 2 count them in a header.
const LIST_OF_V2: Paging = LIST.total_header("x-total-count");

/// The API of JumpCloud.
pub struct Api(Client);

/// A member: one row of a group's members, or of an application's users or groups.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Member {
    /// The form of groups: the row is an edge, and the member its end.
    Edge {
        /// The member.
        to: MemberRef,
    },
    /// The form of applications.
    Object(MemberRef),
}

/// The reference to a member.
#[derive(Debug, Deserialize)]
pub struct MemberRef {
    /// Its id.
    pub id: String,
    /// Its type, such as `user`.
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
    /// A client for the configured API.
    ///
    /// # Errors
    /// If the base URL is not valid.
    pub fn new(config: &Config, http: &Http) -> Result<Self> {
        Ok(Self(http.client(config.api_base.as_str())?.header("x-api-key", &config.api_key)))
    }

    /// Tries the key with one request.
    ///
    /// # Errors
    /// If JumpCloud refuses it, or does not respond.
    pub async fn try_key(&self) -> Result<()> {
        self.0.get("organizations").query("limit", 1).accepted().await
    }

    /// The organizations that the key may read: one, or all that an administrator of several manages.
    #[must_use]
    pub fn organizations(&self) -> Pages<Account> {
        // A key has few. JumpCloud sends 10 if the request does not say how many.
        self.0.get("organizations").pages(LIST_OF_V1.until_total())
    }

    /// The users of an organization.
    #[must_use]
    pub fn users(&self, organization: &str) -> Pages<User> {
        self.in_organization(organization, "systemusers").pages(LIST_OF_V1)
    }

    /// The groups of users of an organization.
    #[must_use]
    pub fn groups(&self, organization: &str) -> Pages<Group> {
        self.in_organization(organization, "v2/usergroups").pages(LIST_OF_V2)
    }

    /// The members of a group.
    #[must_use]
    pub fn group_members(&self, group: &Group) -> Pages<Member> {
        self.below(group.organization.as_deref(), ["usergroups", group.id.as_str(), "members"])
    }

    /// The applications of an organization.
    #[must_use]
    pub fn applications(&self, organization: &str) -> Pages<Application> {
        self.in_organization(organization, "applications").pages(LIST_OF_V1)
    }

    /// The users that may use an application, directly or through a group.
    #[must_use]
    pub fn application_users(&self, application: &Application) -> Pages<Member> {
        self.below(application.organization.as_deref(), ["applications", application.id.as_str(), "users"])
    }

    /// The groups that may use an application.
    #[must_use]
    pub fn application_groups(&self, application: &Application) -> Pages<Member> {
        let path = ["applications", application.id.as_str(), "usergroups"];
        self.below(application.organization.as_deref(), path)
    }

    /// The configurations that manage the Apple devices of an organization.
    #[must_use]
    pub fn apple_mdms(&self, organization: &str) -> Pages<AppleMdm> {
        self.in_organization(organization, "v2/applemdms").pages(LIST_OF_V2)
    }

    /// The devices that a configuration manages.
    #[must_use]
    pub fn apple_devices(&self, mdm: &AppleMdm) -> Pages<AppleDevice> {
        self.below(mdm.organization.as_deref(), ["applemdms", mdm.id.as_str(), "devices"])
    }

    /// A request for one organization. A key for a single organization needs no header, and ignores it.
    fn in_organization(&self, organization: &str, path: &str) -> Request {
        self.0.get(path).header("x-org-id", organization)
    }

    /// A list below a record of version 2. If the record was deleted since it was read, it has no list.
    fn below<T: DeserializeOwned>(
        &self,
        organization: Option<&str>,
        [kind, id, list]: [&str; 3],
    ) -> Pages<T> {
        let request =
            |path: &[&str]| self.0.get_at(path).header("x-org-id", organization.unwrap_or_default());
        request(&["v2", kind, id, list]).pages(LIST_OF_V2).gone_with(request(&["v2", kind, id]))
    }
}
