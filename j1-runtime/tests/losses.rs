//! Losses that a step's code discards: the step is partial, unless the step tolerates them.

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
#[j1(name = "lossy", config = Config, steps(swallow_json, drop_details, tolerate_json, drop_all))]
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

async fn run() -> Summary {
    let provider = Http::service(|asked: Outgoing| async move {
        let (status, body) = match asked.url.path() {
            "/things" => (200, json!(["1", "2"])),
            "/mixed" => (200, json!(["1", 2])),
            "/broken" => (400, json!({})),
            _ => (404, json!({})),
        };
        Ok::<_, Unanswered>(Incoming { status, body: body.to_string().into(), ..Incoming::default() })
    });
    let jupiterone = Http::service(|asked: Outgoing| async move {
        let ended = if asked.url.path().ends_with("finalize") { "FINISHED" } else { "AWAITING_UPLOADS" };
        let job: Value = json!({ "job": { "id": "job", "status": ended } });
        Ok::<_, Unanswered>(Incoming { status: 200, body: job.to_string().into(), ..Incoming::default() })
    });
    Harness::<Lossy>::new(Config { unused: None }, provider, jupiterone).run().await
}

#[tokio::test(start_paused = true)]
async fn a_loss_that_is_discarded_makes_its_types_partial_and_one_that_is_tolerated_is_reported() {
    let summary = run().await;
    let reason = |id: &str| {
        let step = summary.steps.iter().find(|step| step.id == id).expect("a step");
        step.partial.first().map(|partial| partial.reason.clone()).unwrap_or_default()
    };
    assert!(reason("swallow-json").contains("400"), "{}", reason("swallow-json"));
    assert!(reason("drop-details").contains("404"), "{}", reason("drop-details"));
    assert!(reason("drop-all").contains('2'), "{}", reason("drop-all"));
    assert_eq!(reason("tolerate-json"), "");
    let [tolerated] = &summary.tolerated[..] else { panic!("{:?}", summary.tolerated) };
    assert_eq!((tolerated.step, tolerated.why, tolerated.count), ("tolerate-json", "it is decoration", 1));
    assert!(tolerated.reason.contains("400"), "{}", tolerated.reason);
}
