use j1::prelude::*;

pub struct Address {
    pub street: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id)]
pub struct User {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub address: Address,
}

fn main() {}
