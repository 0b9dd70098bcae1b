use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(relationship(Has<Group, Group>))]
    pub parent: String,
}

fn main() {}
