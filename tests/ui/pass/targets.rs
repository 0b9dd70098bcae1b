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

/// By two lists, borrowed from the provider's record, with a list and a text that may be cut.
#[derive(J1Target)]
#[j1(class = [Person, User], filter(_class, email), filter(_class, username), skip_target_creation = true)]
pub struct Login<'a> {
    pub email: &'a str,
    #[j1(list)]
    pub username: &'a str,
    #[j1(truncate)]
    pub notes: Option<&'a str>,
    /// The names are those of who owns the entity.
    pub active: bool,
}

/// By its key.
#[derive(J1Target)]
#[j1(type = "aws_iam_role", filter(_type, _key), skip_target_creation = true)]
pub struct Role {
    #[j1(key)]
    pub arn: String,
}

/// One that JupiterOne is to make.
#[derive(J1Target)]
#[j1(type = "acme_vendor", class = Vendor, filter(_type, name), skip_target_creation = false)]
pub struct Company {
    pub name: &'static str,
}

#[step(emits(User, Mapped<Is<User, Person>>, Mapped<Assigned<User, Role>>, Mapped<Has<Company, User>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user = job.add(User { id: "ada@example.com".into() }).await?;
    job.add(Mapped::<Is<_, _>>::to(&user, Person { email: "ada@example.com".into() })).await?;
    job.add(Mapped::<Assigned<_, _>>::to(&user, Role { arn: "arn:x".into() })).await?;
    job.add(Mapped::<Has<_, _>>::from(Company { name: "Acme" }, &user)).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
