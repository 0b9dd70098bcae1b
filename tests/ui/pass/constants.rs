use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_account", class = [Account, Organization], key = id)]
#[j1(constant(vendor = "Acme", is_paid = true, floors = 3, share = 0.5))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

fn main() {
    let names: Vec<_> = Thing::ENTITY.properties.iter().map(|property| property.name).collect();
    assert_eq!(names, ["id", "name", "displayName", "vendor", "isPaid", "floors", "share"]);
}
