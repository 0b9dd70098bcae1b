use j1::prelude::*;

#[derive(J1Config)]

pub struct Settings {
    #[j1(variable = "ACME_A")]
    pub a: String,
    #[j1(variable = "ACME_A")]
    pub b: String,
}

fn main() {}
