use j1::prelude::*;

#[derive(J1Target)]
pub struct Person {
    pub email: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[step(emits(Mapped<Is<User, Person>>), reads(keys User))]
async fn fetch_people(_job: &mut Job<fetch_people>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
