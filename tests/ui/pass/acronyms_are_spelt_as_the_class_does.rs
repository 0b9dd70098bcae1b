use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_network", class = Network, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub cidr: Option<String>,
    pub public: bool,
    pub internal: Option<bool>,
}

fn main() {
    let names: Vec<_> = Thing::ENTITY.properties.iter().map(|property| property.name).collect();
    assert!(names.contains(&"CIDR"), "{names:?}");
    assert!(names.contains(&"public"), "{names:?}");
}
