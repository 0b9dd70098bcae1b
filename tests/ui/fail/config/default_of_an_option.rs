use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = 100)]
    pub page_size: Option<u32>,
}

fn main() {}
