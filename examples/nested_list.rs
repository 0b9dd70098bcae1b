//! A list below each record of another list: the members of each group.
//!
//! `fan_out` asks for several groups' members at once and gives them back in the order of the groups. One
//! outcome covers everything: if the members of one group cannot be read, the memberships are partial and JupiterOne
//! keeps the ones it has.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};

/// The paging of this API, declared once.
const LIST: Paging = Paging::offset("limit", "skip", 100);

/// A user: one record of `GET /users`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
pub struct User {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: u64,
    /// The sign-in name; the class calls it `username`.
    #[j1(rename = "username", list)]
    pub login: String,
}

/// A group: one record of `GET /groups`. A later step reads it back, so it is also `Serialize`.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", display_name = name)]
pub struct Group {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: u64,
    /// The name.
    pub name: String,
}

/// One record of `GET /groups/{id}/members`; it becomes a relationship.
#[derive(Deserialize)]
pub struct Member {
    user_id: u64,
}

/// Collects the users.
#[step(emits(User))]
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = acme.api.get("users").pages::<User>(LIST);
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
}

/// Collects the groups.
#[step(emits(Group))]
pub async fn fetch_groups(acme: &Acme, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut groups = acme.api.get("groups").pages::<Group>(LIST);
    while let Some(group) = groups.next().await? {
        job.add(group).await?;
    }
    groups.finish()
}

/// Relates each group to its members.
#[step(emits(Has<Group, User>), reads(Group, keys User))]
pub async fn fetch_members(acme: &Acme, job: &mut Job<fetch_members>) -> Result<Outcome> {
    let members = |group: &Collected<Group>| {
        acme.api.get(&format!("groups/{}/members", group.id)).pages::<Member>(LIST)
    };
    let mut groups = job.each::<Group>()?.fan_out(members).at_once(8);
    while let Some((group, members)) = groups.next().await? {
        for member in members {
            if let Some(user) = job.find::<User>(&member.user_id) {
                job.add(has(&group, &user)).await?;
            }
        }
    }
    groups.finish()
}

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The API token.
    pub api_token: Secret<String>,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.example/v1")]
    pub api_base: String,
}

/// The Acme integration.
#[derive(J1Integration)]
#[j1(name = "acme", title = "Acme", config = Config, steps(fetch_users, fetch_groups, fetch_members))]
pub struct Acme {
    api: Client,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client(&config.api_base)?.bearer(&config.api_token) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("users").query("limit", 1).accepted().await
    }
}

fn main() -> std::process::ExitCode {
    j1::main::<Acme>()
}

#[cfg(test)]
mod tests {
    use j1::testing::{Double, Fault, Listing, Run};
    use serde_json::json;

    use super::*;

    fn provider() -> Double {
        let list = || Listing::offset("limit", "skip");
        Double::new()
            .list("users", list(), [json!({ "id": 1, "login": "ada" }), json!({ "id": 2, "login": "alan" })])
            .list(
                "groups",
                list(),
                [json!({ "id": 10, "name": "Staff" }), json!({ "id": 11, "name": "Guests" })],
            )
            .list("groups/10/members", list(), [json!({ "user_id": 1 }), json!({ "user_id": 2 })])
            .list("groups/11/members", list(), [json!({ "user_id": 2 })])
    }

    #[tokio::test]
    async fn every_member_is_related_to_its_group() {
        let ran = Run::<Acme>::provider(provider().http()).collect().await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<Has<Group, User>>().len(), 3);
    }

    #[tokio::test]
    async fn members_that_cannot_be_read_are_kept() {
        let provider = provider().always("groups/11/members", Fault::Status(403));
        let ran = Run::<Acme>::provider(provider.http()).collect().await;
        assert!(ran.partial("acme_group_has_user").contains("403"));
        assert_eq!(ran.summary.partial_datasets.types, ["acme_group_has_user"]);
    }
}
