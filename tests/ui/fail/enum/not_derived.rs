use j1::prelude::*;

pub enum State {
    Active,
    Suspended,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Team {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub state: Option<State>,
}

fn main() {}
