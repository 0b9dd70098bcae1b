use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Vulnerability, key = id)]
#[j1(constant(cve_id = "CVE-24-1"))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub open: bool,
}

fn main() {}
