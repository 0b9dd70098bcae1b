use j1::prelude::*;

#[derive(serde::Serialize, J1Config)]
pub struct Config {
    pub api_key: Secret<String>,
}

fn main() {}
