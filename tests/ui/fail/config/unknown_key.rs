use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(defalt = "a")]
    pub host: String,
}

fn main() {}
