use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{site}/{id}", name = id, display_name = id)]
pub struct Group {
    pub id: String,
    #[j1(skip)]
    pub site: u32,
}

/// Both ends were collected by others: one is found by its id, one by the two fields of its key.
#[step(emits(Has<Group, User>), reads(keys Group, keys User))]
async fn fetch_members(job: &mut Job<fetch_members>) -> Result<Outcome> {
    if let (Some(group), Some(user)) = (job.find::<Group>((&1, "g")), job.find::<User>("u")) {
        job.add(has(&group, &user)).await?;
    }
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
