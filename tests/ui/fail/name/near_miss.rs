use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = User, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(list)]
    pub email_address: Option<String>,
}

fn main() {}
