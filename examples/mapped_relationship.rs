//! A relationship to an entity that another integration owns, found by its properties: the person behind a user.
//!
//! A user of Acme *is* a person in JupiterOne, whatever system of record that person came from. The target says
//! how to find the person (class and e-mail address) and that none is created when there is no match.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::Deserialize;

/// A user: one record of `GET /users`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
pub struct User {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: u64,
    /// The sign-in name; the class calls it `username`.
    #[j1(rename = "username", list)]
    pub login: String,
    /// The e-mail address; the class takes a list.
    #[j1(list)]
    pub email: Option<String>,
}

/// The person with this e-mail address.
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    /// The e-mail address.
    pub email: String,
}

/// Collects the users, and relates each to the person it belongs to.
#[step(emits(User, Mapped<Is<User, Person>>))]
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = acme.api.get("users").pages::<User>(Paging::whole());
    while let Some(user) = users.next().await? {
        let email = user.email.clone();
        let user = job.add(user).await?;
        if let Some(email) = email {
            job.add(is(&user, Person { email })).await?;
        }
    }
    users.finish()
}

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The API token.
    pub api_token: Secret<String>,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.example/v1")]
    pub api_base: String,
}

/// The Acme integration.
#[derive(J1Integration)]
#[j1(name = "acme", title = "Acme", config = Config, steps(fetch_users))]
pub struct Acme {
    api: Client,
}

impl Connect for Acme {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client(&config.api_base)?.bearer(&config.api_token) })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("users").accepted().await
    }
}

fn main() -> std::process::ExitCode {
    j1::main::<Acme>()
}

#[cfg(test)]
mod tests {
    use j1::testing::{Double, Listing, Run};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_user_with_an_address_is_a_person() {
        let users = [
            json!({ "id": 1, "login": "ada", "email": "ada@example.com" }),
            json!({ "id": 2, "login": "bot" }),
        ];
        let provider = Double::new().list("users", Listing::whole(), users);
        let ran = Run::<Acme>::provider(provider.http()).collect().await;
        ran.assert_complete();
        let mapped = ran.graph.of::<Mapped<Is<User, Person>>>();
        assert_eq!(mapped.len(), 1);
        assert_eq!(mapped[0]["_mapping"]["targetFilterKeys"], json!([["_class", "email"]]));
        assert_eq!(mapped[0]["_mapping"]["targetEntity"]["email"], "ada@example.com");
    }
}
