use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    pub api_key: String,
}

fn main() {}
