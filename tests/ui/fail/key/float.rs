use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = weight)]
pub struct Thing {
    pub weight: f64,
    pub name: String,
    pub display_name: String,
}

fn main() {}
