use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(variable = "acme_host")]
    pub host: String,
}

fn main() {}
