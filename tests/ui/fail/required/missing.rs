use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_agent", class = HostAgent, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub is_stale: Option<bool>,
}

fn main() {}
