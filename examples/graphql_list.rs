//! A list read with GraphQL: a connection with `nodes` and `pageInfo`.
//!
//! The query takes `$first` and `$after`; j1 sends `pageInfo.endCursor` as `after` until `hasNextPage` is false.

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::Deserialize;
use serde_json::json;

/// The query, with the variables that paging fills in.
const USERS: &str = "query($first: Int!, $after: String) {
    users(first: $first, after: $after) { nodes { id login } pageInfo { hasNextPage endCursor } }
}";

/// A user: one node of the connection `users`.
#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
pub struct User {
    /// The identifier; part of the key, not a property.
    #[j1(skip)]
    pub id: String,
    /// The sign-in name; the class calls it `username`.
    #[j1(rename = "username", list)]
    pub login: String,
}

/// Collects the users.
#[step(emits(User))]
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let request = acme.api.graphql("graphql", USERS, &json!({ "first": 100 }));
    let mut users = request.pages::<User>(Paging::graphql("data.users"));
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
}

/// The settings an operator provides.
#[derive(J1Config)]
pub struct Config {
    /// The API token.
    pub api_token: Secret<String>,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.example")]
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
        self.api.graphql("graphql", "{ viewer { login } }", &json!({})).accepted().await
    }
}

fn main() -> std::process::ExitCode {
    j1::main::<Acme>()
}

#[cfg(test)]
mod tests {
    use j1::provider::{Incoming, Outgoing};
    use j1::testing::Run;
    use serde_json::Value;

    use super::*;

    /// Answers with one user a page, three in all.
    fn page(request: &Outgoing) -> Value {
        let body: Value = serde_json::from_slice(&request.body).expect("a GraphQL request is JSON");
        let at = body["variables"]["after"].as_str().map_or(0, |cursor| cursor.parse().expect("a cursor"));
        let next = at + 1;
        json!({ "data": { "users": {
            "nodes": [{ "id": at.to_string(), "login": format!("user-{at}") }],
            "pageInfo": { "hasNextPage": next < 3, "endCursor": next.to_string() },
        } } })
    }

    #[tokio::test]
    async fn every_page_of_the_connection_is_read() {
        let http = Http::service(|request| async move {
            let body = page(&request).to_string().into();
            Ok(Incoming { status: 200, body, ..Incoming::default() })
        });
        let ran = Run::<Acme>::provider(http).collect().await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<User>().len(), 3);
    }
}
