use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = NHI, key = id)]
#[j1(constant(nhi_owner_status = "Assigned"))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {}
