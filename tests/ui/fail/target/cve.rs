use j1::prelude::*;

#[derive(J1Target)]
#[j1(type = "cve", filter(_type, name), skip_target_creation = false)]
pub struct Cve {
    pub name: String,
}

fn main() {}
