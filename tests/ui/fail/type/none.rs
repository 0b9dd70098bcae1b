use j1::prelude::*;

#[derive(J1Entity)]
#[j1(class = Group, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
