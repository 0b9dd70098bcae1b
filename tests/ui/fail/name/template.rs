use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group, key = id, name = id, display_name = "{first} {last}")]
pub struct Thing {
    pub id: String,
    pub first: String,
    pub last: String,
}

fn main() {}
