use j1::prelude::*;

use std::borrow::Cow;

/// A record that borrows from the page it came in.
#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = login, display_name = [nick, login])]
#[j1(computed(web_link: Cow<'a, str> = Self::link))]
pub struct User<'a> {
    pub id: &'a str,
    pub login: Cow<'a, str>,
    pub nick: Option<&'a str>,
    pub roles: Vec<&'a str>,
    #[j1(list)]
    pub email: Option<&'a str>,
}

impl<'a> User<'a> {
    fn link(&self) -> Cow<'a, str> {
        Cow::Owned(format!("https://acme.example/{}", self.id))
    }
}

#[step(emits(User<'_>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let page = String::from("ada@example.com");
    let user = User { id: &page, login: page.as_str().into(), nick: None, roles: vec![&page], email: None };
    job.add(user).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}
