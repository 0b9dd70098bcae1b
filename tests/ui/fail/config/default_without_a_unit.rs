use std::time::Duration;

use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = 30)]
    pub timeout: Duration,
}

fn main() {}
