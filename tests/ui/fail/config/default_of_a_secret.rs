use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    #[j1(default = "hunter2")]
    pub password: Secret<String>,
}

fn main() {}
