use j1::prelude::*;

#[derive(J1Config)]
pub enum Region {
    Us,
    EuCentral,
}

#[derive(J1Config)]
pub struct Config {
    #[j1(default = "eu_central")]
    pub region: Region,
}

fn main() {}
