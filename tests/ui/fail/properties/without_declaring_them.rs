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
    pub role: String,
}

#[step(emits(Group, User, Has<Group, User>))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let group = job.add(Group { id: "developers".into() }).await?;
    let user = job.add(User { id: "ada@example.com".into() }).await?;
    job.add(has(&group, &user).with_properties(Membership { role: "owner".into() })).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
