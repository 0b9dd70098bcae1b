use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub member_count: u32,
    #[j1(rename = "memberCount")]
    pub members: u32,
}

fn main() {}
