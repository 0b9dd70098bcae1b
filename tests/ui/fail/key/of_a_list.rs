use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: Vec<String>,
}

fn main() {}
