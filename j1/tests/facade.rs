//! An integration written against `j1` alone: every derive and `#[step]` expands to paths of this crate.

use j1::prelude::*;

/// The settings an operator provides.
#[derive(Clone, J1Config)]
pub struct Config {
    /// The token.
    #[j1(allow(J1-E0802, reason = "no request is made in this test"))]
    pub token: String,
    /// The region.
    pub region: Region,
}

/// A region of Acme.
#[derive(Clone, J1Config)]
pub enum Region {
    /// Europe.
    Europe,
    /// The United States.
    UnitedStates,
}

/// The state of a user.
#[derive(J1Enum)]
#[j1(rename_all = "lowercase")]
pub enum State {
    /// The user may sign in.
    Active,
}

/// The desk of a user.
#[derive(J1Properties)]
pub struct Desk {
    /// The floor.
    pub floor: u32,
}

/// A user of Acme.
#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
pub struct User {
    /// The identifier.
    #[j1(skip)]
    pub id: String,
    /// The name to sign in with.
    pub login: String,
    /// The state of the user.
    pub state: State,
    /// The desk of the user.
    #[j1(flatten)]
    pub desk: Desk,
}

/// The person behind a user.
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    /// The e-mail address.
    pub email: String,
}

/// Collects the one user.
#[step(emits(User, Mapped<Is<User, Person>>))]
pub async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let login = "ada@example.com".to_owned();
    let user = User { id: "1".into(), login: login.clone(), state: State::Active, desk: Desk { floor: 2 } };
    let user = job.add(user).await?;
    job.add(is(&user, Person { email: login })).await?;
    Ok(Outcome::nothing_to_read("the user is made here"))
}

/// Acme.
#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_users))]
pub struct Acme;

impl Connect for Acme {
    fn connect(_: Config, _: &j1::provider::Http) -> Result<Self> {
        Ok(Self)
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_integration_needs_no_other_crate_of_the_workspace() {
    let config = Config { token: "t".into(), region: Region::Europe };
    let double = j1::testing::Double::new();
    let ran = j1::testing::Run::<Acme>::provider(double.http()).config(config).collect().await;
    ran.assert_complete();
    assert_eq!(ran.graph.get("acme-user:1")["name"], "ada@example.com");
}
