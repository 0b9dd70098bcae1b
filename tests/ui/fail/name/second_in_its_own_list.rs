use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = [slug, name], display_name = id)]
pub struct Group {
    pub id: String,
    pub slug: Option<String>,
    pub name: String,
}

fn main() {}
