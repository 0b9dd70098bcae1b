use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = DataStore, key = id)]
#[j1(constant(criticality = 11))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub classification: Option<String>,
    pub encrypted: Option<bool>,
}

fn main() {}
