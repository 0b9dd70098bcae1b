//! A job that several processes upload to: what one of them does not find, another one may have brought.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::handed_on::written;
use crate::model::{Config, Model};
use crate::support::respond;

#[derive(J1Integration)]
#[j1(name = "shared", config = Config, steps(fetch_people, fetch_desks, fetch_keys, fetch_lockers, fetch_seats))]
struct Shared {
    api: Client,
}

impl Connect for Shared {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://shared.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

macro_rules! entities {
    ($($name:ident $ty:literal;)*) => { $(
        #[derive(Serialize, Deserialize, J1Entity)]
        #[j1(type = $ty, class = Record, key = "shared-thing:{id}", name = id, display_name = id)]
        struct $name {
            #[j1(skip)]
            id: String,
            #[j1(skip)]
            person: Option<String>,
        }
    )* };
}
entities! {
    Key "shared_key";
    Locker "shared_locker";
    Person "shared_person";
    Seat "shared_seat";
}

/// A field ties it to a person.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "shared_desk", class = Record, key = "shared-desk:{id}", name = id, display_name = id)]
struct Desk {
    #[j1(skip)]
    id: String,
    #[j1(relationship(Has<Person, Desk>))]
    person: Option<String>,
}

#[step(emits(Person))]
async fn fetch_people(shared: &Shared, job: &mut Job<fetch_people>) -> Result<Outcome> {
    let mut people = shared.api.get("people").pages::<Person>(Paging::whole());
    while let Some(person) = people.next().await? {
        job.add(person).await?;
    }
    people.finish()
}

#[step(emits(Desk, Has<Person, Desk>))]
async fn fetch_desks(shared: &Shared, job: &mut Job<fetch_desks>) -> Result<Outcome> {
    let mut desks = shared.api.get("desks").pages::<Desk>(Paging::whole());
    while let Some(desk) = desks.next().await? {
        job.add(desk).await?;
    }
    desks.finish()
}

#[step(emits(Key, Has<Person, Key>), reads(keys Person))]
async fn fetch_keys(shared: &Shared, job: &mut Job<fetch_keys>) -> Result<Outcome> {
    let mut keys = shared.api.get("keys").pages::<Key>(Paging::whole());
    while let Some(key) = keys.next().await? {
        let person = job.find::<Person>(key.person.as_deref().unwrap_or_default());
        let key = job.add(key).await?;
        if let Some(person) = person {
            job.add(has(&person, &key)).await?;
        }
    }
    keys.finish()
}

#[step(emits(Locker, Has<Person, Locker>), reads(keys Person by id))]
async fn fetch_lockers(shared: &Shared, job: &mut Job<fetch_lockers>) -> Result<Outcome> {
    let mut lockers = shared.api.get("lockers").pages::<Locker>(Paging::whole());
    while let Some(locker) = lockers.next().await? {
        let people =
            job.find_by::<Person>(fetch_lockers::id, locker.person.as_deref().unwrap_or_default())?;
        let locker = job.add(locker).await?;
        for person in people {
            job.add(has(&person, &locker)).await?;
        }
    }
    lockers.finish()
}

#[step(emits(Seat, Has<Person, Seat>), reads(expected Person))]
async fn fetch_seats(shared: &Shared, job: &mut Job<fetch_seats>) -> Result<Outcome> {
    let mut seats = shared.api.get("seats").pages::<Seat>(Paging::whole());
    while let Some(seat) = seats.next().await? {
        let person = seat.person.clone().unwrap_or_default();
        let seat = job.add(seat).await?;
        job.tie_from::<Has<Person, Seat>>(&person, &seat).await?;
    }
    seats.finish()
}

async fn run(model: &Model, arguments: &[&str], lists: Value) -> Summary {
    let provider = move |asked: &Outgoing| {
        let body = lists.get(asked.url.path().trim_start_matches('/')).cloned().unwrap_or_else(|| json!([]));
        respond(200, &body)
    };
    model.harness::<Shared>(provider).arguments(arguments.iter().copied()).run().await
}

/// One region has the people, and another one what they have: all of it exists, and each process is complete.
#[tokio::test(start_paused = true)]
async fn relationships_to_what_another_process_uploads_are_kept() {
    for list in ["desks", "keys", "lockers", "seats"] {
        let model = Model::new();
        let here = json!([{ "id": "alan" }, { "id": "grace" }]);
        let all = json!([{ "id": "ada" }, { "id": "alan" }, { "id": "grace" }]);
        let things = json!([
            { "id": "1", "person": "ada" }, { "id": "2", "person": "alan" }, { "id": "3", "person": "grace" },
        ]);
        let filled = run(&model, &[], json!({ "people": all, list: things })).await;
        assert_eq!((filled.exit_code, model.keys().len()), (0, 9), "{filled:#?}");
        let before = model.keys();
        let first = run(&model, &["--skip-finalize"], json!({ "people": [{ "id": "ada" }] })).await;
        assert!(first.error.is_none(), "{first:#?}");
        // It says that the other one has read all: only the missing ends are left to doubt.
        let file = written(&first);
        let arguments = ["--job", "job-1", "--summary", file.path().to_str().expect("a path")];
        let second = run(&model, &arguments, json!({ "people": here, list: things })).await;
        let gone: Vec<_> = before.iter().filter(|key| !model.keys().contains(key)).cloned().collect();
        assert_eq!((gone, second.exit_code), (Vec::new(), 5), "{list}: {second:#?}");
        assert!(!second.partial_datasets.types.contains(&"shared_person".to_owned()), "{list}");
    }
}
