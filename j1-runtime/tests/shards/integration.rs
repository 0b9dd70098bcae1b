//! The integration that is simulated: a list before the shards, lists of each account, and a step that needs all users.

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};

#[derive(J1Config)]
pub struct Config {}

#[derive(J1Integration)]
#[j1(name = "sharded", config = Config, shards = Account)]
#[j1(steps(fetch_accounts, fetch_users, fetch_devices, fetch_badges))]
pub struct Sharded {
    api: Client,
}

impl Connect for Sharded {
    fn connect(_: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client("https://sharded.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "sharded_account", class = Team, key = "sharded-account:{id}", display_name = name)]
pub struct Account {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "sharded_user", class = User, key = "sharded-user:{id}", display_name = name)]
pub struct User {
    pub id: String,
    pub name: String,
}

/// A device; its user may be one of another account.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "sharded_device", class = Record, key = "sharded-device:{id}", display_name = name)]
pub struct Device {
    pub id: String,
    pub name: String,
    #[j1(relationship(Has<User, Device>))]
    pub user: Option<String>,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "sharded_badge", class = Record, key = "sharded-badge:{id}", display_name = name)]
pub struct Badge {
    pub id: String,
    pub name: String,
}

#[step(emits(Account))]
pub async fn fetch_accounts(sharded: &Sharded, job: &mut Job<fetch_accounts>) -> Result<Outcome> {
    let mut accounts = sharded.api.get("accounts").pages::<Account>(Paging::whole());
    while let Some(account) = accounts.next().await? {
        job.add(account).await?;
    }
    accounts.finish()
}

#[step(emits(User, Has<Account, User>), reads(Account))]
pub async fn fetch_users(sharded: &Sharded, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let mut users =
            sharded.api.get_at(&["accounts", &account.id, "users"]).pages::<User>(Paging::whole());
        while let Some(user) = users.next().await? {
            let key = job.add(user).await?;
            job.add(has(&account, &key)).await?;
        }
        accounts.absorb(users.finish()?);
    }
    accounts.finish()
}

#[step(emits(Device, Has<User, Device>), reads(Account))]
pub async fn fetch_devices(sharded: &Sharded, job: &mut Job<fetch_devices>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let request = sharded.api.get_at(&["accounts", &account.id, "devices"]);
        let mut devices = request.pages::<Device>(Paging::whole());
        while let Some(device) = devices.next().await? {
            job.add(device).await?;
        }
        accounts.absorb(devices.finish()?);
    }
    accounts.finish()
}

#[step(emits(Badge, Has<User, Badge>), reads(all User))]
pub async fn fetch_badges(sharded: &Sharded, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while let Some(user) = users.next().await? {
        let mut badges = sharded.api.get_at(&["users", &user.id, "badges"]).pages::<Badge>(Paging::whole());
        while let Some(badge) = badges.next().await? {
            let key = job.add(badge).await?;
            job.add(has(&user, &key)).await?;
        }
        users.absorb(badges.finish()?);
    }
    users.finish()
}
