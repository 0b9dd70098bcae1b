use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_device", class = Device, key = "acme-device:{id}", name = id, display_name = id)]
pub struct Device {
    pub id: String,
    pub os: String,
    pub serial_number: Option<String>,
    pub is_active: bool,
    pub manufacturer: String,
}

fn main() {}
