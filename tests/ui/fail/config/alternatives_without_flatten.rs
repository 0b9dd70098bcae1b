use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    pub auth: Auth,
}

#[derive(J1Config)]
pub enum Auth {
    Token { api_token: Secret<String> },
    OAuth { client_id: String, client_secret: Secret<String> },
}

fn main() {}
