use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(allow(J1-E0802, reason = "it is public"))]
    pub host: String,
}

fn main() {}
