use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    pub last_login_time: i64,
    pub creation_date: String,
    pub expiry_date: u64,
    pub updated_time: String,
    pub date_created: String,
}

fn main() {}
