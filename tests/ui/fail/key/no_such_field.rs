use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "group:{uuid}")]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
