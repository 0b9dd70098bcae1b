use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
    #[j1(skip, mapped(Is<User, Person>, key = email))]
    pub mail: String,
}

#[step(emits(User))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    job.add(User { id: "ada".into(), mail: Default::default() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
