use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(rename = nick)]
    pub nick_name: String,
    #[j1(relationship = Has)]
    pub team: String,
    #[j1]
    pub plain: String,
    #[j1(skip, rename = "other")]
    pub both: String,
}

fn main() {}
