use j1::prelude::*;

#[derive(J1Config)]
pub enum Auth {
    Password { username: String, password: Secret<String> },
    Token { username: String, api_token: Secret<String> },
}

fn main() {}
