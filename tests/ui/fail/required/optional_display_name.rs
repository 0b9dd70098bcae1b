use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = [nick, title])]
pub struct Group {
    pub id: String,
    pub nick: Option<String>,
    pub title: Option<String>,
}

fn main() {}
