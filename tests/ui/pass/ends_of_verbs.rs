//! The functions of the verbs take keys by reference and targets by value, in the order of the verb.

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
pub struct Group {
    pub id: String,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person<'a> {
    pub email: &'a str,
}

#[derive(J1Properties)]
pub struct Confidence {
    pub source: &'static str,
}

#[step(emits(User, Group, Has<Group, User>, Mapped<Is<User, Person<'_>, Confidence>>, Mapped<Manages<Person<'_>, Group>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user = job.add(User { id: "ada".into() }).await?;
    let group = job.add(Group { id: "engine".into() }).await?;
    let email = "ada@example.com";
    job.add(has(&group, &user)).await?;
    job.add(is(&user, Person { email }).with_properties(Confidence { source: "mail" })).await?;
    job.add(manages(Person { email }, &group)).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
