use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
struct Thing {
    id: String,
    name: String,
    display_name: String,
}

#[allow(dead_code)]
fn used(_: Thing) {}

fn main() {}
