use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    pub email: String,
}

#[step(emits(User, Mapped<Is<User, Person>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user = job.add(User { id: "ada@example.com".into() }).await?;
    job.add(Mapped::<Is<_, _>>::to(Person { email: "ada@example.com".into() }, &user)).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
