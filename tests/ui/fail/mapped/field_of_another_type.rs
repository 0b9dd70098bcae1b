use j1::prelude::*;

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    pub email: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
    #[j1(skip, mapped(Is<User, Person>, by = email))]
    pub mail: u64,
}

#[step(emits(User, Mapped<Is<User, Person>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    job.add(User { id: "ada".into(), mail: Default::default() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
