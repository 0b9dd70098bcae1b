use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme:user:{id}", name = id, display_name = id)]
#[j1(raw_data(allow = [id]))]
pub struct User<'a> {
    #[j1(skip)]
    pub id: &'a str,
}

fn main() {}
