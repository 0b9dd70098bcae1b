use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group, singleton)]
pub struct Thing {
}

fn main() {}
