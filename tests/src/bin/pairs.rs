//! An integration whose data is in a file, so that a test can run it with one state after another.

use std::process::ExitCode;

use j1::prelude::*;
use j1::provider::Http;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "pairs_user", class = User, key = "pairs-user:{id}", display_name = name)]
struct User {
    id: String,
    name: String,
    remote: Option<bool>,
    #[j1(list)]
    email: Option<String>,
}

/// The properties of a mapped relationship, by which it changes.
#[derive(J1Properties)]
struct Match {
    by: String,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
struct Human {
    email: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "pairs_person", class = Person, key = "pairs-person:{id}", name = id, display_name = id)]
struct Person {
    id: String,
    first_name: String,
    last_name: String,
    #[j1(list)]
    email: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "pairs_group", class = UserGroup, key = "pairs-group:{id}", display_name = name)]
struct Group {
    id: String,
    name: String,
}

/// A membership of the data.
#[derive(Deserialize)]
struct Member {
    group: usize,
    user: usize,
}

#[derive(Deserialize)]
struct State {
    users: Vec<User>,
    persons: Vec<Person>,
    groups: Vec<Group>,
    members: Vec<Member>,
}

#[derive(J1Config)]
struct Config {
    /// The file with the data.
    state: String,
}

#[derive(J1Integration)]
#[j1(name = "pairs", config = Config, steps(fetch_all))]
struct Pairs {
    state: String,
}

impl Connect for Pairs {
    fn connect(config: Config, _: &Http) -> Result<Self> {
        Ok(Self { state: config.state })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[step(emits(User, Person, Group, Has<Group, User>, Mapped<Is<User, Human, Match>>))]
async fn fetch_all(pairs: &Pairs, job: &mut Job<fetch_all>) -> Result<Outcome> {
    let text = std::fs::read_to_string(&pairs.state).map_err(|error| Error::other(error.to_string()))?;
    let state: State = serde_json::from_str(&text).map_err(|error| Error::other(error.to_string()))?;
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for user in state.users {
        let (email, by) = (user.email.clone(), user.name.clone());
        let user = job.add(user).await?;
        if let Some(email) = email {
            job.add(is(&user, Human { email }).with_properties(Match { by })).await?;
        }
        users.push(user);
    }
    for person in state.persons {
        job.add(person).await?;
    }
    for group in state.groups {
        groups.push(job.add(group).await?);
    }
    for Member { group, user } in state.members {
        if let (Some(group), Some(user)) = (groups.get(group), users.get(user)) {
            job.add(has(group, user)).await?;
        }
    }
    Ok(Outcome::nothing_to_read("the data is in a file"))
}

fn main() -> ExitCode {
    j1::main::<Pairs>()
}
