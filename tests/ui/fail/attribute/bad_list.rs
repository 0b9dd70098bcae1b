use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = [id, id], name = id, display_name = [nik])]
pub struct Thing {
    pub id: String,
    pub nick: String,
}

fn main() {}
