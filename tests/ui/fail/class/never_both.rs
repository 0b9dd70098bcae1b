use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_device", class = [Device, Service], key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub category: String,
    pub function: Vec<String>,
}

fn main() {}
