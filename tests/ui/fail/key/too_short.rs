use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "group:{id}")]
pub struct Thing {
    #[j1(skip)]
    pub id: u64,
    pub name: String,
    pub display_name: String,
}

fn main() {}
