use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = NetworkInterface, key = id)]
#[j1(constant(ip_version = 5))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
