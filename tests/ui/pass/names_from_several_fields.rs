use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = login, display_name = [nickname, login])]
pub struct Thing {
    pub id: String,
    pub login: String,
    pub nickname: Option<String>,
}

fn main() {}
