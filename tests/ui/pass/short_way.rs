use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub member_count: u32,
    pub is_admin: bool,
    pub mfa_required: Option<bool>,
    pub created_at: Option<Timestamp>,
    pub active: bool,
}

fn main() {}
