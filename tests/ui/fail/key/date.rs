use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "group:{created_at}")]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub created_at: Timestamp,
}

fn main() {}
