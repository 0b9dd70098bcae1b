use j1::prelude::*;

#[derive(J1Properties)]
pub struct Contact {
    pub email_address: Vec<String>,
}

#[derive(J1Properties)]
pub struct Place {
    pub city: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_person", class = Person, key = id, name = id, display_name = id)]
pub struct Person {
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub email: Vec<String>,
    #[j1(flatten)]
    pub contact: Contact,
    #[j1(flatten, allow(J1-E0305, reason = "there is nothing to allow"))]
    pub place: Place,
}

fn main() {}
