use j1_core::prelude::*;
use j1_core::step::Phase;

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

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_role", class = AccessRole, key = id)]
pub struct Role {
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

#[step(emits(Group, Has<Account, Group>), reads(Account))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Has<Group, Group>), reads(Group))]
async fn fetch_nested(_job: &mut Job<fetch_nested>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Role), permissions("roles:read"))]
async fn fetch_roles(_job: &mut Job<fetch_roles>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Has<Group, Role>))]
async fn fetch_grants(_job: &mut Job<fetch_grants>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Allows<Group, Role>), reads(all Group))]
async fn fetch_reach(_job: &mut Job<fetch_reach>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[step(emits(Owns<Account, Role>))]
async fn fetch_owners(_job: &mut Job<fetch_owners>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("it is a test"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, shards = Account, shard_budget = own)]
#[j1(steps(
    fetch_reach,
    fetch_accounts,
    fetch_groups,
    fetch_nested,
    fetch_roles,
    fetch_grants,
    fetch_owners
))]
pub struct Acme;

fn main() {
    let cut = Acme::SHARDS.expect("it is cut");
    assert!(cut.own_budget);
    let phase = |id: &str| cut.phases[Acme::STEPS.iter().position(|step| step.id == id).expect("a step")];
    for root in ["fetch-accounts", "fetch-roles", "fetch-owners"] {
        assert_eq!(phase(root), Phase::Root, "{root}");
    }
    for map in ["fetch-groups", "fetch-nested"] {
        assert_eq!(phase(map), Phase::Map, "{map}");
    }
    for reduce in ["fetch-grants", "fetch-reach"] {
        assert_eq!(phase(reduce), Phase::Reduce, "{reduce}");
    }
}
