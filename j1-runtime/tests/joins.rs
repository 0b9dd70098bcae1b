//! Joins by something other than the key, mapped relationships on fields, and reading for each record of a list.

use j1_core::graph::Mapped;
use j1_core::prelude::*;
use j1_runtime::provider::{FanOut, known};
use j1_runtime::testing::Step;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone, Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
struct User {
    id: String,
    #[j1(list, mapped(Is<User, Person>, by = email))]
    email: Option<String>,
    #[j1(skip)]
    aliases: Vec<String>,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
struct Person {
    email: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_app", class = Application, key = "acme-app:{id}", name = id, display_name = id)]
struct App {
    id: String,
}

#[derive(J1Config)]
struct Config {}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_users, fetch_apps, read_users))]
struct Acme;

fn user(id: &str, email: &str, aliases: &[&str]) -> User {
    let email = (!email.is_empty()).then(|| email.to_owned());
    User { id: id.to_owned(), email, aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect() }
}

#[step(emits(User, Mapped<Is<User, Person>>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let ada = user("ada", "ada@example.com", &[]);
    // By reference, since the step goes on using it.
    job.add(&ada).await?;
    job.add(User { id: "nobody".to_owned(), email: None, ..ada }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

#[step(emits(App, Owns<User, App>), reads(keys User by (email, aliases)))]
async fn fetch_apps(job: &mut Job<fetch_apps>) -> Result<Outcome> {
    for owner in ["ada@example.com", "shared@example.com", "ADA@example.com", "nobody@example.com"] {
        let mut owners = job.find_by::<User>(fetch_apps::email, owner)?;
        owners.extend(job.find_by::<User>(fetch_apps::aliases, owner)?);
        let app = job.add(App { id: owner.to_owned() }).await?;
        for owner in owners {
            job.add(owns(&owner, &app)).await?;
        }
    }
    Ok(Outcome::nothing_to_read("an example"))
}

/// One app for each user and each of two suffixes.
#[step(emits(App), reads(User))]
async fn read_users(job: &mut Job<read_users>) -> Result<Outcome> {
    let mut suffixes = known(["mail", "chat"], "the suffixes")
        .with_work(|suffix: &&str| {
            let suffix = (*suffix).to_owned();
            async move { Ok((suffix, Outcome::nothing_to_read("an example"))) }
        })
        .at_once(2);
    let mut all = Vec::new();
    while let Some((_, suffix)) = suffixes.next().await? {
        all.push(suffix);
    }
    let mut users = job.each::<User>()?.with_work(move |user| {
        let apps: Vec<String> = all.iter().map(|suffix| format!("{}-{suffix}", user.id)).collect();
        async move { Ok((apps, Outcome::nothing_to_read("an example"))) }
    });
    while let Some((_, apps)) = users.next().await? {
        for id in apps {
            job.add(App { id }).await?;
        }
    }
    Ok(suffixes.finish()?.and(users.finish()?))
}

#[tokio::test]
async fn entities_are_found_by_the_exact_values_of_the_declared_fields() {
    let users = [
        user("ada", "ada@example.com", &["shared@example.com"]),
        user("grace", "grace@example.com", &["shared@example.com", "shared@example.com"]),
        user("alan", "", &[]),
    ];
    let ran = Step::<fetch_apps>::new().given_all(users).run(Acme).await;
    ran.assert_complete();
    let owned: Vec<_> = ran.graph.of::<Owns<User, App>>().iter().map(|owns| owns["_key"].clone()).collect();
    assert_eq!(
        owned,
        [
            "acme-user:ada|owns|acme-app:ada@example.com",
            "acme-user:ada|owns|acme-app:shared@example.com",
            "acme-user:grace|owns|acme-app:shared@example.com",
        ]
    );
}

#[tokio::test]
async fn a_field_adds_a_mapped_relationship_and_stays_a_property() {
    let ran = Step::<fetch_users>::new().run(Acme).await;
    ran.assert_complete();
    let users = ran.graph.of::<User>();
    assert_eq!((&users[0]["email"], &users[1]["email"]), (&json!(["ada@example.com"]), &json!(null)));
    let [person] = ran.graph.of::<Mapped<Is<User, Person>>>() else { panic!("one has an address") };
    assert_eq!(person["_mapping"]["sourceEntityKey"], "acme-user:ada");
    assert_eq!(person["_mapping"]["targetEntity"]["email"], "ada@example.com");
}

#[tokio::test]
async fn something_is_read_for_each_record() {
    let ran =
        Step::<read_users>::new().given_all(["ada", "grace"].map(|id| user(id, "", &[]))).run(Acme).await;
    ran.assert_complete();
    let apps: Vec<_> = ran.graph.of::<App>().iter().map(|app| app["id"].clone()).collect();
    assert_eq!(apps, ["ada-chat", "ada-mail", "grace-chat", "grace-mail"], "by their keys");
}
