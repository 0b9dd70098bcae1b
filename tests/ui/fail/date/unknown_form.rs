use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(date = second)]
    pub created_at: i64,
    #[j1(date = "rfc3339")]
    pub updated_at: String,
    #[j1(date = iso)]
    pub seen_at: String,
}

fn main() {}
