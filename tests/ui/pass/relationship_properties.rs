use j1::prelude::*;


#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Group {
    pub id: String,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    pub email: String,
}

/// What a membership says of itself.
#[derive(J1Properties)]
pub struct Membership {
    pub role: Role,
    pub joined_at: Option<Timestamp>,
    pub active: bool,
    #[j1(rename = "isPrimary")]
    pub main: Option<bool>,
    #[j1(skip)]
    pub links: Vec<String>,
}

#[derive(J1Enum)]
pub enum Role {
    Owner,
    Member,
}

/// Nothing but that it is another relationship.
#[derive(J1Properties)]
pub struct Nothing {}

/// Borrowed.
#[derive(J1Properties)]
pub struct Confidence<'a> {
    pub source: &'a str,
}

#[step(emits(
    Group,
    User,
    Has<Group, User, Membership>,
    Owns<User, Group, Nothing>,
    Mapped<Is<User, Person, Confidence<'_>>>
))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let group = job.add(Group { id: "developers".into() }).await?;
    let user = job.add(User { id: "ada@example.com".into() }).await?;
    let membership =
        Membership { role: Role::Owner, joined_at: None, active: true, main: None, links: Vec::new() };
    job.add(has(&group, &user).with_properties(membership)).await?;
    job.add(owns(&user, &group).with_properties(Nothing {})).await?;
    let person = Person { email: "ada@example.com".into() };
    job.add(Mapped::<Is<_, _>>::to(&user, person).with_properties(Confidence { source: "mail" })).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
