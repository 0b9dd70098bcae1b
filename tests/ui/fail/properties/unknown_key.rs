use j1::prelude::*;

#[derive(J1Properties)]
pub struct Membership {
    #[j1(key)]
    pub role: String,
    #[j1(ranme = "by")]
    pub from: String,
}

fn main() {}
