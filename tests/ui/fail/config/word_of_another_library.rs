use j1::prelude::*;

#[derive(J1Config)]

pub struct Settings {
    #[j1(env = "ACME_REGION")]
    pub region: String,
}

fn main() {}
