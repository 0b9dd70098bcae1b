use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    pub created_at: String,
    pub start_date: Option<String>,
    pub hired_on: String,
}

fn main() {}
