use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(rename = "_badge", allow(J1-E0302, reason = "it is the badge"))]
    pub badge: String,
}

fn main() {}
