use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub email: Vec<String>,
}

fn main() {}
