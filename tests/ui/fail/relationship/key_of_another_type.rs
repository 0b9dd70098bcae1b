use j1::prelude::*;
use j1_ui_tests::Account;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(relationship(Has<Account, Group>))]
    pub account: u64,
}

fn main() {}
