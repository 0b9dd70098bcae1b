use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, title = "Groups | Teams")]
pub struct Team {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
