#![deny(deprecated)]
use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
pub struct Group {
    pub id: String,
    pub blocks_uploads: bool,
    pub acls_managed_on: bool,
    #[j1(rename = "isAllowsGuests")]
    pub allows_guests: bool,
}

fn main() {}
