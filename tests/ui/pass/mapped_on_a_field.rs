//! A mapped relationship on a field, for each value that it has; the field stays a property.

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
pub struct User<'a> {
    pub id: String,
    #[j1(list, mapped(Is<User<'a>, Person>, by = email))]
    pub email: Option<String>,
    #[j1(skip, mapped(Owns<Device<'a>, User<'a>>, by = serial))]
    pub laptops: Vec<&'a str>,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    pub email: String,
}

#[derive(J1Target)]
#[j1(class = Device, filter(_class, serial), skip_target_creation = true)]
pub struct Device<'a> {
    pub serial: &'a str,
}

#[step(emits(User<'_>, Mapped<Is<User<'_>, Person>>, Mapped<Owns<Device<'_>, User<'_>>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    job.add(User { id: "ada".into(), email: Some("ada@example.com".into()), laptops: vec!["C02"] }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
