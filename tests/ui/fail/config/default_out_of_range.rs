use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = 300)]
    pub retries: u8,
}

fn main() {}
