use j1_core::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = "many")]
    pub pages: u32,
}

fn main() {}
