use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub union Thing {
    pub id: u32,
    pub other: f32,
}

fn main() {}
