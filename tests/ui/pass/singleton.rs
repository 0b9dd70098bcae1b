use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "{integration}:the-group", singleton)]
pub struct Thing {
    pub name: String,
    pub display_name: String,
}

fn main() {}
