//! Values that providers send for "never" and "unknown", or that break a rule of the class: the object is kept, the run
//! complete, and only the value is absent.

use std::sync::{Arc, Mutex};

use j1::prelude::*;
use j1::provider::{Client, Http, Incoming, Outgoing, Paging, Unanswered};
use j1::testing::Harness;
use j1::{Connect, Summary};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(J1Config)]
struct Config {}

#[derive(J1Integration)]
#[j1(name = "odd", config = Config, steps(fetch_devices, fetch_users, fetch_keys))]
struct Odd(Client);

impl Connect for Odd {
    fn connect(_: Config, http: &Http) -> Result<Self> {
        Ok(Self(http.client("https://odd.example")?))
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "odd_device", class = [Device, Host], key = "odd-device:{id}", name = name, display_name = name)]
struct Machine {
    #[j1(skip)]
    id: String,
    #[j1(skip)]
    name: String,
    hostname: Option<String>,
    #[j1(rename = "webLink")]
    link: Option<String>,
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "odd_user", class = User, key = "odd-user:{id}", display_name = name)]
struct Person {
    #[j1(skip)]
    id: String,
    name: String,
    #[j1(list)]
    email: Option<String>,
    #[j1(rename = "webLink")]
    link: Option<String>,
    #[j1(rename = "createdOn")]
    created: Option<Timestamp>,
    #[j1(rename = "lastLoginOn", date = rfc3339)]
    last_login: Option<String>,
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "odd_service_account_key", class = AccessKey, key = "odd-key:{id}", name = id, display_name = id)]
struct ServiceAccountKey {
    #[j1(skip)]
    id: String,
    #[j1(rename = "expiresOn")]
    valid_before: Option<Timestamp>,
    #[j1(rename = "rotatedOn", date = rfc3339)]
    rotated: Option<String>,
}

macro_rules! steps {
    ($($step:ident $entity:ident $path:literal;)*) => { $(
        #[step(emits($entity))]
        async fn $step(odd: &Odd, job: &mut Job<$step>) -> Result<Outcome> {
            let mut list = odd.0.get($path).pages::<$entity>(Paging::whole());
            while let Some(record) = list.next().await? {
                job.add(record).await?;
            }
            list.finish()
        }
    )* };
}
steps! {
    fetch_devices Machine "devices";
    fetch_users Person "users";
    fetch_keys ServiceAccountKey "keys";
}

/// Runs once, and returns the summary and the entities that were uploaded.
async fn run(lists: Value) -> (Summary, Vec<Value>) {
    let provider = Http::service(move |asked: Outgoing| {
        let list = lists[asked.url.path().trim_start_matches('/')].clone();
        let body = if list.is_null() { json!([]) } else { list };
        async move {
            Ok::<_, Unanswered>(Incoming {
                status: 200,
                body: body.to_string().into(),
                ..Incoming::default()
            })
        }
    });
    let uploaded: Arc<Mutex<Vec<Value>>> = Arc::default();
    let taken = Arc::clone(&uploaded);
    let jupiterone = Http::service(move |asked: Outgoing| {
        let path = asked.url.path().rsplit('/').next().unwrap_or_default().to_owned();
        if path == "entities" {
            let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
            let entities = body["entities"].as_array().expect("entities").iter().cloned();
            taken.lock().expect("no test panicked").extend(entities);
        }
        let status = if path == "finalize" { "FINISHED" } else { "AWAITING_UPLOADS" };
        let job = json!({ "job": { "id": "job", "status": status } });
        async move {
            Ok::<_, Unanswered>(Incoming { status: 200, body: job.to_string().into(), ..Incoming::default() })
        }
    });
    // A stand-in on this machine, which neither counts nor answers queries.
    let harness = Harness::<Odd>::new(Config {}, provider, jupiterone).at("http://127.0.0.1:8421");
    let summary = harness.run().await;
    let uploaded = uploaded.lock().expect("no test panicked").clone();
    (summary, uploaded)
}

/// Runs with one object that has an odd value: it is uploaded, and the run is complete. Returns the object and the properties
/// that were withheld.
async fn kept(list: &str, record: Value) -> (Value, Vec<String>) {
    let said = record.to_string();
    let (summary, uploaded) = run(json!({ list: [record] })).await;
    assert_eq!(summary.exit_code, 0, "{said}: {summary:#?}");
    assert!(summary.dropped.is_empty() && summary.partial_datasets.types.is_empty(), "{said}: {summary:#?}");
    let [object] = &uploaded[..] else { panic!("{said}: {uploaded:?}") };
    (object.clone(), summary.withheld.iter().map(|withheld| withheld.property.clone()).collect())
}

#[tokio::test]
async fn a_device_with_a_bad_host_name_is_kept() {
    for bad in ["not a host name", "", "bad_host!", "-", "\u{7}", "ünïcode host", &"x".repeat(300)] {
        let (device, withheld) =
            kept("devices", json!({ "id": "1", "name": "laptop", "hostname": bad })).await;
        assert_eq!(device["_key"], "odd-device:1");
        if device.get("hostname").is_some_and(|name| !name.is_null()) {
            // What the class accepts is sent as it came.
            assert!(withheld.is_empty() && device["hostname"] == bad, "{device}");
        } else {
            assert!(bad.is_empty() || withheld == ["hostname"], "{bad:?}: {withheld:?}");
        }
    }
}

#[tokio::test]
async fn a_user_whose_dates_mean_never_is_kept() {
    for never in
        ["", " ", "0000-00-00", "0000-00-00T00:00:00Z", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z"]
    {
        let record = json!({ "id": "1", "name": "Ada", "created": never, "last_login": never });
        let (user, _) = kept("users", record).await;
        for date in ["createdOn", "lastLoginOn"] {
            assert!(user.get(date).is_none_or(Value::is_null), "{never:?}: {user}");
        }
        assert_eq!((&user["_key"], &user["name"]), (&json!("odd-user:1"), &json!("Ada")), "{never:?}");
    }
    let (user, withheld) =
        kept("users", json!({ "id": "1", "name": "Ada", "email": "not an address", "created": null })).await;
    assert!(user["email"].is_null() && withheld == ["email"], "{user}: {withheld:?}");
}

#[tokio::test]
async fn each_property_of_each_type_that_is_withheld_is_counted() {
    let device = json!({ "id": "1", "name": "laptop", "link": "nowhere" });
    let user = |id: &str, email: &str| json!({ "id": id, "name": "Ada", "email": email, "link": "nowhere" });
    let users = [user("1", "not an address"), user("2", "ada@odd.example")];
    let (summary, _) = run(json!({ "devices": [device], "users": users })).await;
    let mut withheld: Vec<_> =
        summary.withheld.iter().map(|one| (&*one.ty, &*one.property, one.count)).collect();
    withheld.sort_unstable();
    assert_eq!(
        withheld,
        [("odd_device", "webLink", 1), ("odd_user", "email", 1), ("odd_user", "webLink", 2)]
    );
}

#[tokio::test]
async fn a_key_that_never_expires_is_kept_with_its_date() {
    for (never, milliseconds) in [
        ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("9999-12-31T00:00:00Z", 253_402_214_400_000),
        ("9999-12-30T23:00:00Z", 253_402_210_800_000),
    ] {
        let (key, withheld) =
            kept("keys", json!({ "id": "key-1", "valid_before": never, "rotated": never })).await;
        assert!(withheld.is_empty(), "{withheld:?}");
        let sent = |name: &str| key[name].as_i64().map(|sent| sent / 1000);
        assert_eq!(sent("expiresOn"), Some(milliseconds / 1000), "{never}: {key}");
        assert_eq!(sent("rotatedOn"), Some(milliseconds / 1000), "{never}: {key}");
    }
}
