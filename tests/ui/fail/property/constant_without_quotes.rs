use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group, key = id, name = id, display_name = id, constant(vendor = Acme))]
pub struct Thing {
    pub id: String,
}

fn main() {}
