use j1::prelude::*;

#[derive(J1Properties)]
pub struct Address {
    pub city: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_site", class = Site, key = id, name = id, display_name = id)]
pub struct Site {
    pub id: String,
    pub city: String,
    #[j1(flatten)]
    pub address: Address,
}

fn main() {}
