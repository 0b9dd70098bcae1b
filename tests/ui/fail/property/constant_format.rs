use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = NetworkEndpoint, key = id)]
#[j1(constant(ip_address = "10.0.0.256"))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
