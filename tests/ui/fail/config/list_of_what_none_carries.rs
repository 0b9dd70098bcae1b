use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    pub hosts: Vec<Option<String>>,
}

fn main() {}
