use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_account", class = Account, key = id)]
#[j1(constant(vendor = 7))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
