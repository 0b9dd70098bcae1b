use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "user_group", class = UserGroup, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
}

fn main() {}
