//! The upload, request by request: what is sent, in which order, how often, and what waits for what.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Incoming, Outgoing, Paging};
use j1_runtime::testing::{Harness, UploadLimits};
use j1_runtime::{Connect, Status, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

#[derive(J1Config)]
struct Config {
    /// Nothing is configured.
    unused: Option<String>,
}

#[derive(J1Integration)]
#[j1(name = "uploads", config = Config, steps(fetch_teams, fetch_users))]
struct Uploads {
    api: Client,
}

impl Connect for Uploads {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://uploads.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "uploads_team", class = Team, key = "uploads-team:{id}", display_name = name)]
struct Team {
    id: String,
    name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "uploads_user", class = User, key = "uploads-user:{id}", display_name = name)]
struct User {
    id: String,
    name: String,
    #[j1(relationship(Has<Team, User>))]
    team: String,
}

#[step(emits(Team))]
async fn fetch_teams(uploads: &Uploads, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    let mut teams = uploads.api.get("teams").pages::<Team>(Paging::whole());
    while let Some(team) = teams.next().await? {
        job.add(team).await?;
    }
    teams.finish()
}

#[step(emits(User, Has<Team, User>))]
async fn fetch_users(uploads: &Uploads, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = uploads.api.get("users").pages::<User>(Paging::offset("limit", "skip", 10).uncapped());
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
}

/// A provider with one team and this many users, on pages of ten; it counts how often it is asked.
fn provider(users: usize, asked: &Arc<AtomicUsize>) -> Http {
    let asked = Arc::clone(asked);
    Http::service(move |request| {
        asked.fetch_add(1, Ordering::SeqCst);
        let records: Vec<Value> = if request.url.path() == "/teams" {
            vec![json!({ "id": "1", "name": "Team" })]
        } else {
            let skip = request.url.query_pairs().find(|(name, _)| name == "skip").expect("a place").1;
            let skip: usize = skip.parse().expect("a number");
            let page = skip..users.min(skip + 10);
            page.map(|id| json!({ "id": id.to_string(), "name": format!("User {id}"), "team": "1" }))
                .collect()
        };
        async move { Ok(answer(200, &Value::Array(records))) }
    })
}

fn answer(status: u16, body: &Value) -> Incoming {
    Incoming { status, body: body.to_string().into(), ..Incoming::default() }
}

/// Returns the response of a JupiterOne that takes everything.
fn taken(request: &Outgoing) -> Incoming {
    let status = if request.url.path().ends_with("/finalize") { "FINISHED" } else { "AWAITING_UPLOADS" };
    let status = if request.url.path().ends_with("/abort") { "ABORTED" } else { status };
    answer(200, &json!({ "job": { "id": "job", "status": status } }))
}

/// `entities`, `finalize`, …; `jobs` where a job is opened.
fn name(request: &Outgoing) -> String {
    request.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned()
}

/// The keys in an upload.
fn keys(request: &Outgoing) -> Vec<String> {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let list = body[name(request)].as_array().expect("a list");
    list.iter().map(|object| object["_key"].as_str().expect("a key").to_owned()).collect()
}

/// All requests to a JupiterOne that answers them so.
fn jupiterone(
    answer: impl Fn(&Outgoing) -> Option<Incoming> + Send + Sync + 'static,
) -> (Http, Arc<Mutex<Vec<Outgoing>>>) {
    let requests: Arc<Mutex<Vec<Outgoing>>> = Arc::default();
    let seen = Arc::clone(&requests);
    let http = Http::service(move |request| {
        seen.lock().expect("no test panicked").push(request.clone());
        let answer = answer(&request).unwrap_or_else(|| taken(&request));
        async move { Ok(answer) }
    });
    (http, requests)
}

/// The requests so far.
fn all(requests: &Mutex<Vec<Outgoing>>) -> Vec<Outgoing> {
    requests.lock().expect("no test panicked").clone()
}

async fn run(users: usize, jupiterone: Http, limits: UploadLimits) -> Summary {
    let harness =
        Harness::<Uploads>::new(Config { unused: None }, provider(users, &Arc::default()), jupiterone);
    harness.uploading(limits).run().await
}

fn named<'r>(requests: &'r [Outgoing], wanted: &str) -> Vec<&'r Outgoing> {
    requests.iter().filter(|request| name(request) == wanted).collect()
}

#[tokio::test(start_paused = true)]
async fn batches_end_at_the_number_of_objects_and_at_the_bytes() {
    let (http, requests) = jupiterone(|_| None);
    let limits = UploadLimits { objects: 7, ..UploadLimits::default() };
    assert_eq!(run(30, http, limits).await.status, Status::Complete);
    let requests = all(&requests);
    let mut sizes: Vec<_> =
        named(&requests, "entities").into_iter().map(|request| keys(request).len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2, 7, 7, 7, 7], "the team, and thirty users");

    let (http, requests) = jupiterone(|_| None);
    let limits = UploadLimits { bytes: 500, ..UploadLimits::default() };
    assert_eq!(run(30, http, limits).await.status, Status::Complete);
    let requests = all(&requests);
    for request in named(&requests, "entities") {
        // The object that made it full is the last one.
        assert!(request.body.len() < 500 + 250, "{}", request.body.len());
    }
    assert!(named(&requests, "entities").len() > 5);
}

#[tokio::test(start_paused = true)]
async fn while_the_upload_is_stuck_the_provider_is_not_read_further() {
    let (asked, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let held = Arc::clone(&gate);
    let jupiterone = Http::service(move |request| {
        let held = Arc::clone(&held);
        async move {
            if name(&request) == "entities" {
                held.acquire().await.expect("it stays open").forget();
            }
            Ok(taken(&request))
        }
    });
    let limits = UploadLimits { objects: 10, in_flight: 2, ..UploadLimits::default() };
    let harness = Harness::<Uploads>::new(Config { unused: None }, provider(2000, &asked), jupiterone);
    let run = tokio::spawn(harness.uploading(limits).run());
    // Virtual time: everything that can go on has gone on when this has passed, and no request was given up.
    tokio::time::sleep(Duration::from_mins(1)).await;
    let stuck = asked.load(Ordering::SeqCst);
    assert!(stuck < 10, "two batches are on their way, one waits, and the next is being read: {stuck}");
    gate.add_permits(Semaphore::MAX_PERMITS / 2);
    assert_eq!(run.await.expect("it ends").status, Status::Complete);
    assert!(asked.load(Ordering::SeqCst) > 200);
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_on_their_way_than_the_limit() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (current, highest) = (Arc::clone(&now), Arc::clone(&most));
    let jupiterone = Http::service(move |request| {
        let (current, highest) = (Arc::clone(&current), Arc::clone(&highest));
        async move {
            highest.fetch_max(current.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            current.fetch_sub(1, Ordering::SeqCst);
            Ok(taken(&request))
        }
    });
    let limits = UploadLimits { objects: 3, in_flight: 4, ..UploadLimits::default() };
    assert_eq!(run(100, jupiterone, limits).await.status, Status::Complete);
    let most = most.load(Ordering::SeqCst);
    // Relationships that wait for their entities have a place, and send nothing yet.
    assert!((3..=4).contains(&most), "{most}");
    assert_eq!(now.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn fewer_uploads_are_on_their_way_while_jupiterone_refuses_them_for_load() {
    // Each takes a second, and with more than two at once the further ones are refused.
    let (busy, refused, all) = (Arc::new(AtomicUsize::new(0)), Arc::default(), Arc::default());
    let counts: [Arc<AtomicUsize>; 3] = [Arc::clone(&busy), Arc::clone(&refused), Arc::clone(&all)];
    let http = Http::service(move |request| {
        let [busy, refused, all] = counts.clone();
        async move {
            if !matches!(&*name(&request), "entities" | "relationships") {
                return Ok(taken(&request));
            }
            all.fetch_add(1, Ordering::SeqCst);
            let at_once = busy.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_secs(1)).await;
            busy.fetch_sub(1, Ordering::SeqCst);
            if at_once <= 2 {
                return Ok(taken(&request));
            }
            refused.fetch_add(1, Ordering::SeqCst);
            Ok(answer(429, &json!({})))
        }
    });
    let limits = UploadLimits { objects: 5, in_flight: 6, ..UploadLimits::default() };
    assert_eq!(run(400, http, limits).await.status, Status::Complete);
    let [refused, all] = [refused, all].map(|count| count.load(Ordering::SeqCst));
    assert!(refused > 0 && refused * 4 < all, "{refused} of {all} were refused");
}

#[tokio::test(start_paused = true)]
async fn relationships_do_not_overtake_the_entities_before_them() {
    let order: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&order);
    let jupiterone = Http::service(move |request| {
        let seen = Arc::clone(&seen);
        async move {
            let note = |what: String| seen.lock().expect("no test panicked").push(what);
            match &*name(&request) {
                // Entities are slow; the first ones the slowest.
                "entities" => {
                    let keys = keys(&request);
                    tokio::time::sleep(Duration::from_secs(if keys[0].ends_with(":0") { 9 } else { 3 }))
                        .await;
                    keys.into_iter().for_each(note);
                }
                "relationships" => keys(&request).into_iter().for_each(note),
                _ => {}
            }
            Ok(taken(&request))
        }
    });
    let limits = UploadLimits { objects: 4, ..UploadLimits::default() };
    assert_eq!(run(20, jupiterone, limits).await.status, Status::Complete);
    let order = order.lock().expect("no test panicked");
    let place = |key: &str| order.iter().position(|taken| taken == key).expect("it was taken");
    for user in 0..20 {
        let (user, edge) =
            (format!("uploads-user:{user}"), format!("uploads-team:1|has|uploads-user:{user}"));
        assert!(place(&user) < place(&edge), "{user} in {order:?}");
        assert!(place("uploads-team:1") < place(&edge));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_compressed_once_and_sent_again_as_it_was() {
    let refused = AtomicUsize::new(0);
    let (http, requests) = jupiterone(move |request| {
        let refuse = name(request) == "entities" && refused.fetch_add(1, Ordering::SeqCst) < 2;
        refuse.then(|| answer(503, &json!({})))
    });
    let limits = UploadLimits { gzip_from: 0, in_flight: 1, ..UploadLimits::default() };
    assert_eq!(run(5, http, limits).await.status, Status::Complete);
    let requests = all(&requests);
    let entities = named(&requests, "entities");
    assert_eq!(entities[0].headers["content-encoding"], "gzip");
    for again in &entities[1..3] {
        assert_eq!(again.body.as_ptr(), entities[0].body.as_ptr(), "the same bytes in memory");
        assert_eq!(
            again.headers["jupiterone-correlation-id"],
            entities[0].headers["jupiterone-correlation-id"]
        );
        // Objects that the batch before has delivered are not duplicates then.
        assert_eq!(again.url.query(), Some("ignoreDuplicates=true"));
    }
    assert_eq!(entities[0].url.query(), None);
}

/// A JupiterOne that answers every upload of entities with this status and code: how often it was asked for what.
async fn refusing(status: u16, code: &'static str) -> (Summary, Vec<(&'static str, usize)>) {
    let (http, requests) = jupiterone(move |request| {
        let error = json!({ "error": { "code": code, "message": "refused" } });
        (name(request) == "entities").then(|| answer(status, &error))
    });
    let summary = run(0, http, UploadLimits::default()).await;
    let requests = all(&requests);
    let counts = ["entities", "finalize", "abort"].map(|wanted| (wanted, named(&requests, wanted).len()));
    (summary, counts.to_vec())
}

#[tokio::test(start_paused = true)]
async fn lasting_errors_are_not_retried_and_end_the_run() {
    for (status, code) in [
        (400, "ENTITY_UPLOAD_FAILED_VALIDATION"),
        (401, "UNAUTHORIZED"),
        (403, "FORBIDDEN"),
        (404, "JOB_NOT_FOUND"),
        (409, "JOB_NOT_AWAITING_UPLOADS"),
        (400, "JOB_NOT_AWAITING_UPLOADS"),
    ] {
        let (summary, asked) = refusing(status, code).await;
        assert_eq!(asked, [("entities", 1), ("finalize", 0), ("abort", 1)], "{status} {code}");
        assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6), "{status} {code}");
        let error = summary.error.expect("an error");
        assert!(error.message.contains(code), "{}", error.message);
        let ended = code == "JOB_NOT_AWAITING_UPLOADS";
        assert_eq!(error.code, if ended { "J1-R2006" } else { "J1-R2001" }, "{status} {code}");
    }
}

/// The users wait for the teams.
#[tokio::test(start_paused = true)]
async fn after_an_upload_was_refused_no_further_step_begins() {
    let (http, requests) = jupiterone(|request| {
        (name(request) == "entities").then(|| answer(400, &json!({ "error": { "code": "INVALID" } })))
    });
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let provider = Http::service(move |request: Outgoing| {
        seen.lock().expect("no test panicked").push(request.url.path().to_owned());
        let teams: Vec<Value> = (0..9).map(|id| json!({ "id": id.to_string(), "name": "Team" })).collect();
        async move { Ok(answer(200, &Value::Array(teams))) }
    });
    let limits = UploadLimits { objects: 1, in_flight: 1, ..UploadLimits::default() };
    let harness = Harness::<Uploads>::new(Config { unused: None }, provider, http);
    let summary = harness.uploading(limits).run().await;
    assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6));
    assert_eq!(*asked.lock().expect("no test panicked"), ["/teams"]);
    assert!(named(&all(&requests), "finalize").is_empty());
}

#[tokio::test(start_paused = true)]
async fn temporary_errors_are_sent_four_times_and_then_end_the_run() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let (summary, asked) = refusing(status, "").await;
        assert_eq!(asked, [("entities", 4), ("finalize", 0), ("abort", 1)], "{status}");
        assert_eq!((summary.status, summary.exit_code), (Status::Failed, 6), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_the_server_is_followed() {
    let times: Arc<Mutex<Vec<tokio::time::Instant>>> = Arc::default();
    let seen = Arc::clone(&times);
    let (http, _) = jupiterone(move |request| {
        let mut times = seen.lock().expect("no test panicked");
        if name(request) != "entities" || times.len() == 2 {
            return None;
        }
        times.push(tokio::time::Instant::now());
        let mut later = answer(429, &json!({}));
        later.headers.insert("retry-after", "30".parse().expect("a header"));
        (times.len() == 1).then_some(later)
    });
    assert_eq!(run(0, http, UploadLimits::default()).await.status, Status::Complete);
    let times = times.lock().expect("no test panicked");
    assert!(times[1] - times[0] >= Duration::from_secs(30), "{:?}", times[1] - times[0]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_too_large_is_halved_until_it_is_taken() {
    // No more than three users in one request, and user 11 in none.
    let (http, requests) = jupiterone(|request| {
        let refuse = name(request) == "entities"
            && (keys(request).len() > 3 || keys(request).contains(&"uploads-user:11".to_owned()));
        refuse.then(|| answer(413, &json!({})))
    });
    let summary = run(20, http, UploadLimits::default()).await;
    assert_eq!((summary.status, summary.exit_code), (Status::Partial, 5));
    let dropped: Vec<_> = summary.dropped.iter().map(|dropped| (&*dropped.key, &*dropped.code)).collect();
    assert_eq!(dropped, [("uploads-user:11", "J1-R2007")]);
    assert_eq!(summary.partial_datasets.types, ["uploads_user"]);
    let requests = all(&requests);
    let taken = named(&requests, "entities").into_iter().map(keys).filter(|keys| keys.len() <= 3);
    let mut taken: Vec<_> = taken.flatten().filter(|key| key.starts_with("uploads-user")).collect();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 20, "all of them were sent, and none but one refused");
    let finalize = named(&requests, "finalize");
    let body: Value = serde_json::from_slice(&finalize[0].body).expect("JSON");
    assert_eq!(body["partialDatasets"]["types"], json!(["uploads_user"]));
}
