use j1::prelude::*;
use serde::Deserialize;

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme:user:{id}", name = id, display_name = id)]
#[j1(raw_data(allow = [id]))]
pub struct User {
    #[j1(skip)]
    pub id: String,
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme:group:{id}", name = id, display_name = id)]
pub struct Group {
    #[j1(skip)]
    pub id: String,
}

#[step(emits(Group))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user: WithRaw<User> = serde_json::from_str(r#"{"id": "1"}"#)?;
    job.add(user).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
