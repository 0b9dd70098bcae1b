//! Partial types: a type is partial through what it is built on, and an outcome may speak for some types of its step.

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::provider::{Http, Incoming, Outgoing, Unanswered};
use j1_runtime::testing::{Ran, Run};

macro_rules! entities {
    ($($name:ident $ty:literal;)*) => { $(
        #[derive(serde::Serialize, serde::Deserialize, J1Entity)]
        #[j1(type = $ty, class = Record, key = "typed-thing:{id}", name = id, display_name = id)]
        struct $name {
            id: String,
        }
    )* };
}
entities! {
    User "typed_user";
    Device "typed_device";
    Badge "typed_badge";
    Stranger "typed_stranger";
}

/// A site, which a field ties to a device.
#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "typed_site", class = Site, key = "typed-site:{id}", name = id, display_name = id)]
struct Site {
    id: String,
    #[j1(relationship(Has<Site, Device>))]
    device: String,
}

#[derive(J1Config)]
struct Config {
    /// The loss of the first step.
    #[j1(default = "nothing")]
    loss: String,
}

#[derive(J1Integration)]
#[j1(name = "typed", config = Config, steps(fetch_users_and_devices, fetch_badges, fetch_sites))]
struct Typed {
    loss: String,
}

impl Connect for Typed {
    fn connect(config: Config, _: &Http) -> Result<Self> {
        Ok(Self { loss: config.loss })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[step(emits(User, Device, Owns<User, Device>))]
async fn fetch_users_and_devices(typed: &Typed, job: &mut Job<fetch_users_and_devices>) -> Result<Outcome> {
    let user = job.add(User { id: "ada".into() }).await?;
    let device = job.add(Device { id: "laptop".into() }).await?;
    job.add(owns(&user, &device)).await?;
    if typed.loss == "device left out" {
        // The key of the user.
        job.add(Device { id: "ada".into() }).await?;
    }
    let all = Outcome::nothing_to_read("an example");
    let lost = || Outcome::partial("status 403");
    Ok(match &*typed.loss {
        "relationship" => all.and(lost().only::<Owns<User, Device>>()),
        "user" => all.and(lost().only::<User>()),
        "user and device" => all.and(lost().only::<User>().only::<Device>()),
        "type of nobody" => all.and(lost().only::<Stranger>()),
        "dropped" => {
            drop(lost().only::<User>());
            all
        }
        "error" => all.and(Err(Error::other("status 403")).only::<User>()?),
        "both" => all.and(lost().only::<User>()).and(Outcome::partial("status 500")),
        _ => all,
    })
}

#[step(emits(Badge), reads(User))]
async fn fetch_badges(job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while let Some(user) = users.next().await? {
        job.add(Badge { id: format!("of-{}", user.id) }).await?;
    }
    users.finish()
}

#[step(emits(Site, Has<Site, Device>))]
async fn fetch_sites(job: &mut Job<fetch_sites>) -> Result<Outcome> {
    job.add(Site { id: "home".into(), device: "laptop".into() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

async fn run(loss: &str) -> Ran {
    let provider = Http::service(|_: Outgoing| async { Ok::<_, Unanswered>(Incoming::default()) });
    Run::<Typed>::provider(provider).config(Config { loss: loss.to_owned() }).collect().await
}

#[track_caller]
fn assert_partial(ran: &Ran, types: &[&str]) {
    let partial = &ran.summary.partial_datasets.types;
    assert_eq!(partial, types, "{:#?}", ran.summary.steps);
}

#[tokio::test]
async fn without_a_loss_every_type_is_complete() {
    run("nothing").await.assert_complete();
}

#[tokio::test]
async fn a_loss_of_a_relationship_leaves_its_ends_complete() {
    assert_partial(&run("relationship").await, &["typed_user_owns_device"]);
}

#[tokio::test]
async fn types_built_on_a_partial_type_are_partial() {
    let ran = run("user").await;
    // The badges are read from the users. The devices and what is tied to them are not.
    assert_partial(&ran, &["typed_badge", "typed_user", "typed_user_owns_device"]);
    assert_eq!(ran.partial("typed_user"), "status 403");
    assert!(
        ran.partial("typed_badge").contains("`fetch-users-and-devices`"),
        "{}",
        ran.partial("typed_badge")
    );
    assert!(ran.partial("typed_user_owns_device").contains("`typed_user`"));
}

#[tokio::test]
async fn a_repeated_loss_names_both_types() {
    let all =
        ["typed_badge", "typed_device", "typed_site_has_device", "typed_user", "typed_user_owns_device"];
    // The site itself was read in full, only its device may be missing.
    assert_partial(&run("user and device").await, &all);
}

#[tokio::test]
async fn an_error_that_is_confined_is_a_loss_of_its_type() {
    let ran = run("error").await;
    assert_partial(&ran, &["typed_badge", "typed_user", "typed_user_owns_device"]);
    assert!(ran.partial("typed_user").contains("status 403"));
}

#[tokio::test]
async fn an_object_that_is_left_out_protects_its_type_and_what_is_built_on_it() {
    let ran = run("device left out").await;
    assert_partial(&ran, &["typed_device", "typed_site_has_device", "typed_user_owns_device"]);
}

#[tokio::test]
async fn a_confined_loss_never_protects_less_than_it_should() {
    let all =
        ["typed_badge", "typed_device", "typed_site_has_device", "typed_user", "typed_user_owns_device"];
    for loss in ["type of nobody", "dropped", "both"] {
        assert_partial(&run(loss).await, &all);
    }
}
