use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Group {
    pub id: String,
}

#[derive(J1Properties)]
pub struct Membership {
    pub roles: Vec<String>,
}

#[step(emits(Group, User, Has<Group, User, Membership>))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
