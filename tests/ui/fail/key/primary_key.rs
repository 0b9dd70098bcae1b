use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, primary_key = id, name = id, display_name = id)]
pub struct Group {
    pub id: String,
}

fn main() {}
