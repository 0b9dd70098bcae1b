use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(date = rfc3339)]
    pub created_at: i64,
    #[j1(date = seconds)]
    pub updated_at: Option<String>,
    #[j1(date = millis)]
    pub seen_at: Timestamp,
}

fn main() {}
