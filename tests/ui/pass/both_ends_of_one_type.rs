use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

/// A user manages another: two keys of one type.
#[step(emits(User, Manages<User, User>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let lead = job.add(User { id: "ada@example.com".into() }).await?;
    let user = job.add(User { id: "bob@example.com".into() }).await?;
    job.add(manages(&lead, &user)).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
