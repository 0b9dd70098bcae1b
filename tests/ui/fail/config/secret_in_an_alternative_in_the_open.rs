use j1::prelude::*;

#[derive(J1Config)]
pub enum Auth {
    Token { api_token: String },
    OAuth { client_id: String, client_secret: Secret<String> },
}

fn main() {}
