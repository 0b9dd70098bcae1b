use j1::prelude::*;
use serde::Deserialize;

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme:user:{id}", name = id, display_name = id)]
pub struct User {
    #[j1(skip)]
    pub id: String,
}

fn read(answer: &str) {
    let _: Result<Vec<WithRaw<User>>, _> = serde_json::from_str(answer);
}

fn main() {}
