use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "{integration}:{region}:{number}")]
pub struct Thing {
    pub region: String,
    pub number: u64,
    pub name: String,
    pub display_name: String,
}

fn main() {}
