use std::collections::BTreeMap;

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_host", class = Record, key = "acme-host:{id}", name = id, display_name = id)]
pub struct Host {
    pub id: String,
    #[j1(tags)]
    pub labels: BTreeMap<String, Vec<String>>,
}

#[derive(J1Entity)]
#[j1(type = "acme_disk", class = Record, key = "acme-disk:{id}", name = id, display_name = id)]
pub struct Disk {
    pub id: String,
    #[j1(tags)]
    pub labels: Vec<String>,
}

#[derive(J1Entity)]
#[j1(type = "acme_port", class = Record, key = "acme-port:{id}", name = id, display_name = id)]
pub struct Port {
    pub id: String,
    #[j1(tags)]
    pub label: String,
}

fn main() {}
