//! The API of JumpCloud, as far as the integration reads it.

use j1_core::prelude::*;
use j1_runtime::vendor::{Client, Http, Pages, Paging};
use serde::Deserialize;

use crate::Config;
use crate::entities::{Account, Group, User};

/// Lists come 100 records at a time, the most that JumpCloud gives. What is skipped is a multiple of that.
const LIST: Paging = Paging::offset("limit", "skip", 100).aligned();

/// The API of JumpCloud.
pub struct Api(Client);

/// Who is in a group: one row of `GET /v2/usergroups/{id}/members`.
#[derive(Debug, Deserialize)]
pub struct Member {
    /// The member.
    pub to: MemberRef,
}

/// The member of a group.
#[derive(Debug, Deserialize)]
pub struct MemberRef {
    /// Its id.
    pub id: String,
    /// What it is, such as `user`.
    #[serde(rename = "type")]
    pub kind: String,
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
        self.0.get("organizations").accepted().await
    }

    /// The organizations that the key may read.
    #[must_use]
    pub fn organizations(&self) -> Pages<Account> {
        self.0.get("organizations").pages(Paging::whole().items("results").total("totalCount"))
    }

    /// The users of all organizations.
    #[must_use]
    pub fn users(&self) -> Pages<User> {
        self.0.get("systemusers").pages(LIST.items("results").total("totalCount"))
    }

    /// The groups of users.
    #[must_use]
    pub fn groups(&self) -> Pages<Group> {
        self.0.get("v2/usergroups").pages(LIST)
    }

    /// Who is in a group.
    #[must_use]
    pub fn members(&self, group: &str) -> Pages<Member> {
        self.0.get(&format!("v2/usergroups/{group}/members")).pages(LIST)
    }
}
