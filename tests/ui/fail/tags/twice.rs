use std::collections::BTreeMap;

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_host", class = Record, key = "acme-host:{id}", name = id, display_name = id)]
pub struct Host {
    pub id: String,
    #[j1(tags)]
    pub labels: BTreeMap<String, String>,
    #[j1(tags)]
    pub more_labels: BTreeMap<String, String>,
}

fn main() {}
