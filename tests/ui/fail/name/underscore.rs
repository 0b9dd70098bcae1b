use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(rename = "_secret")]
    pub members: u32,
}

fn main() {}
