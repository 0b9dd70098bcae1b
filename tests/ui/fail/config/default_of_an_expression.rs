use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = 10 * 10)]
    pub page_size: u32,
}

fn main() {}
