use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = [name, id], display_name = id)]
pub struct Group {
    pub id: String,
    #[j1(list)]
    pub name: String,
    #[j1(skip, rename = "nickname")]
    pub nick: String,
    #[j1(date = seconds, truncate)]
    pub created_at: u64,
    #[j1(skip, allow(J1-E0305, reason = "it is the provider's own"))]
    pub ids: String,
}

fn main() {}
