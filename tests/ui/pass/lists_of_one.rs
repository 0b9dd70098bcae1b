use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(list)]
    pub email: Option<String>,
    #[j1(list)]
    pub username: String,
}

fn main() {}
