use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(date = seconds, rename = "createdAt")]
    pub created: i64,
}

fn main() {}
