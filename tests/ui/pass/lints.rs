#![deny(missing_docs, unused_qualifications, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
//! What the derives expand to gives no lint a reason.

use j1::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_account", class = Account, key = id, computed(vendor: &'static str = Self::vendor))]
struct Account {
    id: String,
    name: String,
    display_name: String,
}

impl Account {
    fn vendor(&self) -> &'static str {
        "Acme"
    }
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
struct Group {
    id: String,
    name: String,
    display_name: String,
}

#[derive(J1Config)]
struct Config {}

/// A step.
#[step(emits(Account))]
async fn fetch_account(_job: &mut Job<fetch_account>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there is one account"))
}

/// A step.
#[step(emits(Group, Has<Account, Group>), reads(Account))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_account, fetch_groups))]
struct Acme;

#[allow(dead_code)]
fn used(_: (Acme, Account, Group)) {}

fn main() {}
