use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(allow(J1-E0801, reason = "it fits"))]
    pub host: String,
}

fn main() {}
