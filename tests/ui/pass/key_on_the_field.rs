use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group)]
pub struct Thing {
    #[j1(key)]
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
