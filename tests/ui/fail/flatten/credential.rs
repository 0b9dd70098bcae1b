use j1::prelude::*;

#[derive(J1Properties)]
pub struct Login {
    pub shell: String,
    pub api_token: String,
}

#[derive(J1Properties)]
pub struct Keys {
    pub signing: Secret,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Group {
    pub id: String,
    #[j1(flatten)]
    pub login: Login,
    #[j1(flatten)]
    pub keys: Keys,
}

fn main() {}
