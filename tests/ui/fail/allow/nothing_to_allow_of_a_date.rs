use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(allow(J1-E0307, reason = "the provider's own"))]
    pub uptime: i64,
    #[j1(allow(J1-E0506, reason = "another one"))]
    pub team_id: String,
}

fn main() {}
