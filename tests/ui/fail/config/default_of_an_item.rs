use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = "80;443")]
    pub ports: Vec<u16>,
}

fn main() {}
