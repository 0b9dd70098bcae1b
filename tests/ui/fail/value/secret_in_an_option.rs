use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    pub api_key: Option<Secret<String>>,
    pub keys: Vec<Secret<String>>,
}

fn main() {}
