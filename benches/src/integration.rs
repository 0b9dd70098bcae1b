//! Groups, and users who are in one of them and may have a manager.

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};

/// Records on one page.
pub const PAGE: u64 = 100;

#[derive(J1Config)]
pub struct Config {
    /// The provider's address.
    pub address: Option<String>,
}

#[derive(J1Integration)]
#[j1(name = "directory", config = Config, steps(fetch_groups, fetch_users, fetch_managers))]
pub struct Directory {
    api: Client,
}

impl Connect for Directory {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        let address = config.address.as_deref().unwrap_or("https://directory.example/");
        Ok(Self { api: http.client(address)? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "directory_group", class = Group, key = "directory-group:{id}", display_name = name)]
pub struct Group {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "directory_user", class = User, key = "directory-user:{id}", display_name = name)]
#[j1(raw_data(allow = [
    id, name, username, email, first_name, last_name, active, department, description, employee_type, cost_centre, location,
    created, updated, avatar_url, links, addresses, roles, mfa, uuid, group, manager,
]))]
pub struct User {
    pub id: String,
    pub name: String,
    #[j1(list)]
    pub username: String,
    #[j1(list)]
    pub email: Option<String>,
    #[j1(rename = "firstName")]
    pub first_name: String,
    #[j1(rename = "lastName")]
    pub last_name: String,
    #[j1(rename = "isActive")]
    pub active: bool,
    pub department: String,
    #[j1(truncate)]
    pub description: String,
    pub employee_type: String,
    pub cost_centre: String,
    pub location: String,
    #[j1(skip)]
    pub manager: Option<String>,
    #[j1(relationship(Has<Group, User>))]
    pub group: Option<String>,
}

#[step(emits(Group))]
pub async fn fetch_groups(directory: &Directory, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut groups = directory.api.get("groups").pages::<Group>(Paging::whole().uncapped());
    while let Some(group) = groups.next().await? {
        job.add(group).await?;
    }
    groups.finish()
}

#[step(emits(User, Has<Group, User>))]
pub async fn fetch_users(directory: &Directory, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let paging = Paging::offset("limit", "skip", PAGE).uncapped().max_pages(u64::MAX);
    let mut users = directory.api.get("users").pages::<WithRaw<User>>(paging);
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
}

#[step(emits(Manages<User, User>), reads(User))]
pub async fn fetch_managers(_: &Directory, job: &mut Job<fetch_managers>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while let Some(user) = users.next().await? {
        if let Some(manager) = user.manager.as_deref().and_then(|id| job.find::<User>(id)) {
            job.add(manages(&manager, &user)).await?;
        }
    }
    users.finish()
}
