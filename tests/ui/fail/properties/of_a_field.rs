use j1::prelude::*;

#[derive(J1Properties)]
pub struct Membership {
    pub role: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
    #[j1(relationship(Has<Group, User, Membership>))]
    pub group: String,
}

fn main() {}
