use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_device", class = Device, key = "acme-device:{id}", name = id, display_name = id)]
pub struct Device {
    pub id: String,
    pub created: String,
    pub last_seen: u64,
    #[allow(non_snake_case)]
    pub lastLogin: Option<String>,
    pub expires: i64,
}

fn main() {}
