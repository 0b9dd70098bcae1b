use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    pub hosts: std::collections::HashMap<String, String>,
}

fn main() {}
