use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    pub created_at: i64,
    pub timestamp: Option<u64>,
    pub seen_at: f64,
}

fn main() {}
