use j1::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_app", class = Application, key = id, name = id, display_name = id)]
pub struct App {
    pub id: String,
    pub api_token: Secret<String>,
}

fn main() {}
