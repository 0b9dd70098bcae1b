//! Raw data from the provider's response to JupiterOne: the parts that are sent, and the limits of its size.

use std::sync::{Arc, Mutex};

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Incoming, Outgoing, Paging};
use j1_runtime::testing::{Harness, Run, UploadLimits};
use j1_runtime::{Connect, Status, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(J1Config)]
struct Config {
    /// The key, which the provider may say back.
    api_key: Secret<String>,
}

#[derive(J1Integration)]
#[j1(name = "raw", config = Config, steps(fetch_users, fetch_groups))]
struct Raw {
    api: Client,
}

impl Connect for Raw {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { api: http.client("https://raw.example/")?.header("x-api-key", &config.api_key) })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "raw_user", class = User, key = "raw-user:{id}", name = id, display_name = id)]
#[j1(raw_data(allow = [id, note, address.city, "sign-in".at]))]
struct User {
    #[j1(skip)]
    id: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "raw_group", class = Group, key = "raw-group:{id}", name = id, display_name = id)]
#[j1(raw_data(redact = Self::public))]
struct Group {
    #[j1(skip)]
    id: String,
    #[j1(relationship(Has<Group, User>))]
    members: Vec<String>,
}

impl Group {
    fn public(record: &mut RawFields) {
        record.remove("members");
    }
}

#[step(emits(User))]
async fn fetch_users(raw: &Raw, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = raw.api.get("users").pages::<WithRaw<User>>(Paging::whole());
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
}

#[step(emits(Group, Has<Group, User>), reads(User))]
async fn fetch_groups(raw: &Raw, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    let mut members = Vec::new();
    while let Some(user) = users.next().await? {
        members.push(user.id.clone());
    }
    let group: WithRaw<Group> = raw.api.get("group").json().await?;
    assert!(group.members.iter().all(|id| members.contains(id)), "read back as they were added");
    job.add(group).await?;
    users.finish()
}

const KEY: &str = "k-7d1f0c9b2e4a6855";

/// A provider with these users, and one group of them all.
fn provider(users: &[Value]) -> Http {
    let members: Vec<&Value> = users.iter().map(|user| &user["id"]).collect();
    let group = json!({ "id": "1", "members": members, "owner": { "name": "Ada", "password": "hunter2" }, "size": 1e3 });
    let users = Value::from(users);
    Http::service(move |request| {
        let body = if request.url.path() == "/users" { &users } else { &group };
        let answer = Incoming { status: 200, body: body.to_string().into(), ..Incoming::default() };
        async move { Ok(answer) }
    })
}

/// A user whose raw data has a text of this many bytes.
fn user(id: &str, bytes: usize) -> Value {
    json!({
        "id": id,
        "note": "x".repeat(bytes),
        "address": { "city": "London", "street": "St James's Square" },
        "ssn": "078-05-1120",
        "sign-in": { "at": 1.50, "from": "192.0.2.1" },
    })
}

fn config() -> Config {
    Config { api_key: Secret::new(KEY.to_owned()) }
}

/// A JupiterOne that takes no more than so many bytes in one request, and what it was asked.
fn jupiterone(most: usize) -> (Http, Arc<Mutex<Vec<Outgoing>>>) {
    let requests: Arc<Mutex<Vec<Outgoing>>> = Arc::default();
    let seen = Arc::clone(&requests);
    let http = Http::service(move |request| {
        seen.lock().expect("no test panicked").push(request.clone());
        let ended = if request.url.path().ends_with("/finalize") { "FINISHED" } else { "AWAITING_UPLOADS" };
        let refuse = request.url.path().ends_with("/entities") && request.body.len() > most;
        let status = if refuse { 413 } else { 200 };
        let body = json!({ "job": { "id": "job", "status": ended } }).to_string().into();
        async move { Ok(Incoming { status, body, ..Incoming::default() }) }
    });
    (http, requests)
}

struct Ran {
    summary: Summary,
    /// The entities that were taken, by key.
    taken: Vec<Value>,
    /// The bodies of the uploads of entities that were taken, and of those that were refused.
    bodies: [Vec<String>; 2],
}

async fn run(users: &[Value], most: usize, limits: UploadLimits, arguments: &[&str]) -> Ran {
    let (http, requests) = jupiterone(most);
    let harness = Harness::<Raw>::new(config(), provider(users), http);
    let summary = harness.uploading(limits).arguments(arguments.iter().copied()).run().await;
    let requests = requests.lock().expect("no test panicked");
    let uploads = requests.iter().filter(|request| request.url.path().ends_with("/entities"));
    let (taken, refused): (Vec<_>, Vec<_>) = uploads.partition(|request| request.body.len() <= most);
    let bodies = [&taken, &refused].map(|requests| {
        requests.iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
    });
    let body = |request: &Outgoing| serde_json::from_slice::<Value>(&request.body).expect("JSON");
    let mut taken: Vec<Value> = taken
        .into_iter()
        .flat_map(|request| body(request)["entities"].as_array().cloned().expect("a list"))
        .collect();
    taken.sort_by_key(|entity| entity["_key"].to_string());
    Ran { summary, taken, bodies }
}

/// Bodies as they are, so that their length is known.
fn plain() -> UploadLimits {
    UploadLimits { gzip_from: usize::MAX, ..UploadLimits::default() }
}

#[tokio::test(start_paused = true)]
async fn only_allowed_members_become_raw_data() {
    let ran = run(&[user("ada", 3)], usize::MAX, plain(), &[]).await;
    assert_eq!(ran.summary.status, Status::Complete);
    insta::assert_snapshot!(ran.bodies[0].join("\n"));
    for entity in &ran.taken {
        assert_eq!(j1_core::validate::object(entity), [], "{entity:#}");
    }
    assert!(ran.summary.raw_data_dropped.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_operator_turns_it_off() {
    let ran = run(&[user("ada", 3)], usize::MAX, plain(), &["--no-raw-data"]).await;
    assert_eq!(ran.taken.len(), 2);
    assert!(ran.taken.iter().all(|entity| entity.get("_rawData").is_none()), "{:#?}", ran.taken);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_too_large_is_halved_first_and_then_an_object_loses_its_raw_data() {
    let mut users: Vec<Value> = (10..18).map(|id| user(&id.to_string(), 400)).collect();
    users.push(user("large", 5000));
    let ran = run(&users, 2500, plain(), &[]).await;
    assert_eq!(
        (ran.summary.status, ran.summary.exit_code),
        (Status::Complete, 0),
        "it exists, so nothing is partial"
    );
    assert!(ran.summary.dropped.is_empty() && ran.summary.partial_datasets.types.is_empty());
    let dropped: Vec<_> =
        ran.summary.raw_data_dropped.iter().map(|one| (&*one.ty, &*one.key, &*one.code)).collect();
    assert_eq!(dropped, [("raw_user", "raw-user:large", "J1-R2007")]);
    let reason = &ran.summary.raw_data_dropped[0].reason;
    assert!(reason.contains("bytes with it, more than JupiterOne takes in one request"), "{reason}");
    // All are there, and only the large one is without.
    let without: Vec<_> = ran
        .taken
        .iter()
        .filter(|entity| entity.get("_rawData").is_none())
        .map(|entity| &entity["_key"])
        .collect();
    assert_eq!((ran.taken.len(), without), (10, vec![&json!("raw-user:large")]));
    // The halving came first: with others, the large one was refused several times, and alone once.
    let alone = ran.bodies[1].iter().filter(|body| body.matches("\"_key\"").count() == 1).count();
    assert_eq!(alone, 1, "{} refused", ran.bodies[1].len());
    let large = &ran.taken.iter().find(|entity| entity["_key"] == "raw-user:large").expect("it");
    assert_eq!(j1_core::validate::object(large), [], "what is left is the whole object: {large:#}");
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_known_to_be_too_large_is_not_tried_with_its_raw_data() {
    let limits = UploadLimits { raw_data_object: 2000, ..plain() };
    let ran = run(&[user("ada", 10), user("large", 5000)], 2500, limits, &[]).await;
    assert_eq!((ran.summary.status, ran.bodies[1].len()), (Status::Complete, 0));
    let keys: Vec<_> = ran.summary.raw_data_dropped.iter().map(|one| &*one.key).collect();
    assert_eq!(keys, ["raw-user:large"]);
    assert_eq!(ran.taken.iter().filter(|entity| entity.get("_rawData").is_some()).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_too_large_without_it_too_is_left_out_and_its_type_partial() {
    let ran = run(&[user("ada", 10), user(&"l".repeat(1000), 5000)], 900, plain(), &[]).await;
    assert_eq!((ran.summary.status, ran.summary.exit_code), (Status::Partial, 5));
    let dropped: Vec<_> = ran.summary.dropped.iter().map(|one| (&*one.ty, &*one.code)).collect();
    assert_eq!(dropped, [("raw_user", "J1-R2007")]);
    assert!(ran.summary.raw_data_dropped.is_empty(), "it is named once");
    assert_eq!(ran.summary.partial_datasets.types, ["raw_user"]);
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_the_provider_says_back_does_not_go_along() {
    let said = |id: &str, note: Value| {
        let mut user = user(id, 0);
        user["note"] = note;
        user
    };
    let users = [
        said("plain", json!(format!("sent with {KEY}"))),
        said(
            "nested",
            json!({ "deep": [{ "text": format!("?key={KEY}") }], "password": "hunter2", "kept": [true, null] }),
        ),
        said("name", json!({ KEY: 1 })),
        said("pieces", json!([&KEY[..KEY.len() - 4], &KEY[KEY.len() - 4..]])),
        said(
            "jwt",
            json!(
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
            ),
        ),
    ];
    let ran = run(&users, usize::MAX, plain(), &[]).await;
    assert_eq!(ran.summary.status, Status::Complete);
    let all = serde_json::to_string(&ran.taken).expect("JSON");
    assert!(!all.contains(&KEY[..12]) && !all.contains("hunter2") && !all.contains("eyJ"), "{all}");
    let raw = |id: &str| {
        let key = format!("raw-user:{id}");
        let entity = ran.taken.iter().find(|entity| entity["_key"] == *key).expect("it is there");
        entity["_rawData"][0]["rawData"]["note"].clone()
    };
    assert_eq!(raw("plain"), "sent with ***");
    assert_eq!(raw("nested"), json!({ "deep": [{ "text": "?key=***" }], "kept": [true, null] }));
    assert_eq!(raw("name"), json!({ "***": 1 }));
    assert_eq!(raw("jwt"), "***");
}

/// A test of an author sees it as well.
#[tokio::test]
async fn a_run_into_memory_collects_raw_data_too() {
    let ran = Run::<Raw>::provider(provider(&[user("ada", 1)])).config(config()).collect().await;
    ran.assert_complete();
    let user = ran.graph.get("raw-user:ada");
    assert_eq!(user["_rawData"][0]["rawData"]["address"], json!({ "city": "London" }));
}
