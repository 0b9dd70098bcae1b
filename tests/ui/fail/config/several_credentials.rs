use j1::prelude::*;

#[derive(J1Config)]

pub struct Settings {
    pub password: String,
    pub client_secret: Option<String>,
    pub key: String,
    pub api_key: Vec<String>,
}

fn main() {}
