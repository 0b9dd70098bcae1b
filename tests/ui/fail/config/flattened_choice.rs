use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(flatten)]
    pub region: Region,
}

#[derive(J1Config)]
pub enum Region {
    Us,
    Eu,
}

fn main() {}
