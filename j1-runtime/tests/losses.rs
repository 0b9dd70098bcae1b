//! Losses that a step's code discards: the step is partial, unless the step tolerates them.

use std::sync::{Arc, Mutex};

use j1_core::prelude::*;
use j1_runtime::provider::{self, Client, Http, Incoming, Outgoing, Paging, Unanswered};
use j1_runtime::testing::Harness;
use j1_runtime::{Connect, Summary};
use serde_json::{Value, json};

#[derive(J1Config)]
struct Config {
    /// Nothing is configured.
    unused: Option<String>,
}

#[derive(J1Integration)]
#[j1(name = "lossy", config = Config)]
#[j1(steps(swallow_json, drop_details, tolerate_json, drop_all, spawn_list, spawn_json, withhold))]
struct Lossy(Client);

impl Connect for Lossy {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self(http.client("https://acme.example")?))
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

macro_rules! things {
    ($($name:ident $ty:literal;)*) => { $(
        #[derive(J1Entity)]
        #[j1(type = $ty, class = Record, key = "lossy-thing:{id}", name = id, display_name = id)]
        struct $name {
            id: String,
        }
    )* };
}
things! {
    Swallowed "lossy_swallowed";
    Detailed "lossy_detailed";
    Tolerated "lossy_tolerated";
    All "lossy_all";
    Listed "lossy_listed";
    Single "lossy_single";
}

#[derive(J1Entity)]
#[j1(type = "lossy_host", class = Host, key = "lossy-host:{id}", name = id, display_name = id)]
struct Computer {
    #[j1(skip)]
    id: String,
    hostname: Option<String>,
}

#[step(emits(Swallowed))]
async fn swallow_json(lossy: &Lossy, job: &mut Job<swallow_json>) -> Result<Outcome> {
    if let Ok(id) = lossy.0.get("broken").json::<String>().await {
        job.add(Swallowed { id }).await?;
    }
    Ok(Outcome::nothing_to_read("it is not true"))
}

#[step(emits(Detailed))]
async fn drop_details(lossy: &Lossy, job: &mut Job<drop_details>) -> Result<Outcome> {
    let list = lossy.0.get("things").pages::<String>(Paging::whole());
    let mut details = provider::details::<_, String>(list, 2, |id| lossy.0.get_at(&["gone", id]));
    while let Some((id, detail)) = details.next().await? {
        if detail.is_some() {
            job.add(Detailed { id }).await?;
        }
    }
    let _ = details.finish();
    Ok(Outcome::nothing_to_read("it is not true"))
}

#[step(emits(Tolerated))]
async fn tolerate_json(lossy: &Lossy, job: &mut Job<tolerate_json>) -> Result<Outcome> {
    if let Some(id) = lossy.0.get("broken").json::<String>().await.tolerate("it is decoration") {
        job.add(Tolerated { id }).await?;
    }
    Ok(Outcome::nothing_to_read("the rest is decoration"))
}

#[step(emits(All))]
async fn drop_all(lossy: &Lossy, job: &mut Job<drop_all>) -> Result<Outcome> {
    let (things, _) = lossy.0.get("mixed").pages::<String>(Paging::whole()).all().await?;
    for id in things {
        job.add(All { id }).await?;
    }
    Ok(Outcome::nothing_to_read("it is not true"))
}

/// Reads a list in a task of its own, where an error is lost.
#[step(emits(Listed))]
async fn spawn_list(lossy: &Lossy, job: &mut Job<spawn_list>) -> Result<Outcome> {
    let mut list = lossy.0.get("broken").pages::<String>(Paging::whole());
    let read = tokio::spawn(async move { list.next().await.ok().flatten() }).await;
    if let Some(id) = read.ok().flatten() {
        job.add(Listed { id }).await?;
    }
    Ok(Outcome::nothing_to_read("it is not true"))
}

/// Sends a request in a task of its own, where an error is lost.
#[step(emits(Single))]
async fn spawn_json(lossy: &Lossy, job: &mut Job<spawn_json>) -> Result<Outcome> {
    let request = lossy.0.get("broken");
    let read = tokio::spawn(async move { request.json::<String>().await.ok() }).await;
    if let Some(id) = read.ok().flatten() {
        job.add(Single { id }).await?;
    }
    Ok(Outcome::nothing_to_read("it is not true"))
}

#[step(emits(Computer))]
async fn withhold(job: &mut Job<withhold>) -> Result<Outcome> {
    for id in ["one", "two"] {
        job.add(Computer { id: id.to_owned(), hostname: Some("not a host name".to_owned()) }).await?;
    }
    Ok(Outcome::nothing_to_read("the computers are known"))
}

/// The summary of a run, and the descriptions of the events that it sent to JupiterOne.
async fn run() -> (Summary, Vec<String>) {
    let provider = Http::service(|asked: Outgoing| async move {
        let (status, body) = match asked.url.path() {
            "/things" => (200, json!(["1", "2"])),
            "/mixed" => (200, json!(["1", 2])),
            "/broken" => (400, json!({})),
            _ => (404, json!({})),
        };
        Ok::<_, Unanswered>(Incoming { status, body: body.to_string().into(), ..Incoming::default() })
    });
    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&events);
    let jupiterone = Http::service(move |asked: Outgoing| {
        if asked.url.path().ends_with("events") {
            let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
            let events = body["events"].as_array().expect("events").iter();
            let descriptions = events.filter_map(|event| event["description"].as_str().map(str::to_owned));
            told.lock().expect("no test panicked").extend(descriptions);
        }
        let ended = if asked.url.path().ends_with("finalize") { "FINISHED" } else { "AWAITING_UPLOADS" };
        let job: Value = json!({ "job": { "id": "job", "status": ended } });
        async move {
            Ok::<_, Unanswered>(Incoming { status: 200, body: job.to_string().into(), ..Incoming::default() })
        }
    });
    let summary = Harness::<Lossy>::new(Config { unused: None }, provider, jupiterone).run().await;
    let events = events.lock().expect("no test panicked").clone();
    (summary, events)
}

#[tokio::test(start_paused = true)]
async fn a_loss_that_is_discarded_makes_its_types_partial_and_one_that_is_tolerated_is_reported() {
    let (summary, events) = run().await;
    let reason = |id: &str| {
        let step = summary.steps.iter().find(|step| step.id == id).expect("a step");
        step.partial.first().map(|partial| partial.reason.clone()).unwrap_or_default()
    };
    assert!(reason("swallow-json").contains("400"), "{}", reason("swallow-json"));
    assert!(reason("drop-details").contains("404"), "{}", reason("drop-details"));
    assert!(reason("drop-all").contains('2'), "{}", reason("drop-all"));
    assert!(reason("spawn-list").contains("400"), "{}", reason("spawn-list"));
    assert!(reason("spawn-json").contains("400"), "{}", reason("spawn-json"));
    assert_eq!(reason("tolerate-json"), "");
    let [tolerated] = &summary.tolerated[..] else { panic!("{:?}", summary.tolerated) };
    assert_eq!(
        (&*tolerated.step, &*tolerated.reason, tolerated.count),
        ("tolerate-json", "it is decoration", 1)
    );
    assert!(tolerated.first.contains("400"), "{}", tolerated.first);
    let shown = serde_json::to_value(tolerated).expect("JSON");
    assert_eq!(shown, json!({ "step": "tolerate-json", "reason": "it is decoration", "count": 1 }));
    let told = |what: &str| events.iter().any(|event| event.contains(what));
    assert!(told("step `tolerate-json` tolerated a loss (it is decoration)"), "{events:#?}");
}

/// A device with a bad host name is kept: only the name is withheld, and nothing is partial because of it.
#[tokio::test(start_paused = true)]
async fn a_withheld_value_keeps_its_object_and_is_reported() {
    let (summary, events) = run().await;
    let step = summary.steps.iter().find(|step| step.id == "withhold").expect("a step");
    assert_eq!((step.entities, step.partial.len()), (2, 0), "{step:#?}");
    let [withheld] = &summary.withheld[..] else { panic!("{:?}", summary.withheld) };
    assert_eq!(
        (&*withheld.ty, &*withheld.property, withheld.count, &*withheld.key),
        ("lossy_host", "hostname", 2, "lossy-host:one")
    );
    let told = events.iter().find(|event| event.contains("withheld")).expect("an event");
    assert!(told.contains("`lossy_host.hostname` was withheld from 2 objects"), "{told}");
}
