//! Entities that are looked up by fields of several types, one field name for two entities, and keys only.

use j1::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
pub struct User {
    pub id: String,
    #[j1(list)]
    pub email: Option<String>,
    #[j1(skip)]
    pub aliases: Vec<String>,
    #[j1(skip)]
    pub number: u32,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
pub struct Group {
    pub id: String,
    #[j1(rename = "groupEmail")]
    pub email: String,
    pub r#type: String,
}

#[step(emits(Has<Group, User>), reads(User by (email, aliases, number), keys Group by (email, r#type)))]
async fn fetch_members(job: &mut Job<fetch_members>) -> Result<Outcome> {
    let text = String::from("ada@example.com");
    let mut users = job.find_by::<User>(fetch_members::email, &text)?;
    users.extend(job.find_by::<User>(fetch_members::aliases, "ada")?);
    users.extend(job.find_by::<User>(fetch_members::number, &7_u32)?);
    let mut groups = job.find_by::<Group>(fetch_members::email, &text)?;
    groups.extend(job.find_by::<Group>(fetch_members::r#type, "team")?);
    for user in &users {
        for group in &groups {
            job.add(has(group, user)).await?;
        }
    }
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
