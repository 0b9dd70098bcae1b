use j1_core::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_account", class = Account, key = id, computed(vendor: &'static str = Self::vendor))]
pub struct Account {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

impl Account {
    fn vendor(&self) -> &'static str {
        "Acme"
    }
}

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

#[derive(J1Config)]
pub struct Config {}

#[step(emits(Account))]
async fn fetch_accounts(_job: &mut Job<fetch_accounts>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Group), reads(Account))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Has<Account, Group>), reads(Account, Group by name))]
async fn fetch_members(_job: &mut Job<fetch_members>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, shards = Account, steps(fetch_accounts, fetch_groups, fetch_members))]
pub struct Acme;

fn main() {}
