use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

pub struct Person {
    pub email: String,
}

#[step(emits(User, Mapped<Is<User, Person>>))]
async fn fetch_users(_job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
