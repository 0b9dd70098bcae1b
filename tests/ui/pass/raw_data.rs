//! Raw data: names of every kind, a function, a generic struct, and a step that adds what it reads.

use j1::prelude::*;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme:user:{id}", name = id, display_name = id)]
#[j1(raw_data(allow = [id, type, r#fn, "odd-name", "odd-name 2".deep, address.city, addresses.type.x]))]
pub struct User {
    #[j1(skip)]
    pub id: String,
    #[j1(relationship(Has<Group, User>))]
    pub group: Option<String>,
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme:group:{id}", name = id, display_name = id)]
#[j1(raw_data(redact = Self::public))]
pub struct Group {
    #[j1(skip)]
    pub id: String,
}

impl Group {
    fn public(record: &mut RawFields) {
        record.retain(|name, _| !name.starts_with("private"));
    }
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_team", class = Team, key = "acme:team:{id}", name = id, display_name = id)]
#[j1(raw_data(redact = public,))]
pub struct Team<T> {
    #[j1(skip)]
    pub id: String,
    #[j1(skip)]
    pub rest: Option<T>,
}

fn public(record: &mut RawFields) {
    record.clear();
}

#[step(emits(User, Has<Group, User>, Group, Team<u8>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user: WithRaw<User> = serde_json::from_str(r#"{"id": "1"}"#)?;
    let again = user.clone().into_inner();
    println!("{user:?} {}", user.id);
    let first: Key<User> = job.add(user).await?;
    job.add(again).await?;
    let groups: Vec<WithRaw<Group>> = serde_json::from_str("[]")?;
    for group in groups {
        let group = job.add(group).await?;
        job.add(has(&group, &first)).await?;
    }
    let team: WithRaw<Team<u8>> = serde_json::from_str(r#"{"id": "1"}"#)?;
    job.add(team).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
