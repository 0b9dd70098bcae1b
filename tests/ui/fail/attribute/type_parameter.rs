use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Thing<T> {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub extra: T,
}

fn main() {}
