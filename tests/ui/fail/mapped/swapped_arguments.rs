use j1::prelude::*;
use j1_ui_tests::{Person, User};

#[step(emits(User, Mapped<Is<User, Person>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user = job.add(User { id: "ada@example.com".into() }).await?;
    job.add(Mapped::<Is<_, _>>::to(Person { email: "ada@example.com".into() }, &user)).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
