use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme:user:{id}", name = id, display_name = id)]
#[j1(raw_data)]
pub struct User {
    #[j1(skip)]
    pub id: String,
}

fn main() {}
