use j1::prelude::*;

#[derive(Debug, J1Config)]
pub struct Config {
    pub api_key: Secret<String>,
}

fn main() {}
