use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_record", class = DomainRecord, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub r#type: String,
    pub ttl: u32,
}

fn main() {}
