use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_account", class = [Account, Organization], key = id, computed(vendor: &'static str = Self::vendor))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

impl Thing {
    fn vendor(&self) -> &'static str {
        "Acme"
    }
}

fn main() {}
