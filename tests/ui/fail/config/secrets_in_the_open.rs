use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    pub refresh_token: Option<String>,
    pub token: Vec<String>,
}

fn main() {}
