use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = "many")]
    pub pages: u32,
}

fn main() {}
