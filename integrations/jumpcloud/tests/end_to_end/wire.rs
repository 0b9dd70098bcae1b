//! Every request of a whole run, as it is sent.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use crate::support::{INSTANCE, JUPITERONE_KEY, http, jupiterone, recordings, run_into, serve};

struct Sent {
    line: String,
    headers: HeaderMap,
    body: Value,
}

/// Starts a proxy in front of a JupiterOne that records all requests.
async fn recorder(upstream: String) -> (String, Arc<Mutex<Vec<Sent>>>) {
    recorder_losing(upstream, |_| false).await
}

/// Like [`recorder`], but the responses to requests that `lost` selects are dropped.
async fn recorder_losing(
    upstream: String,
    lost: impl Fn(&str) -> bool + Clone + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<Sent>>>) {
    let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
    let (log, client) = (Arc::clone(&sent), http());
    let app = Router::new().fallback(move |request: Request| {
        let (log, client, upstream, lost) =
            (Arc::clone(&log), client.clone(), upstream.clone(), lost.clone());
        async move {
            let (parts, body) = request.into_parts();
            let target = parts.uri.path_and_query().map_or("", |target| target.as_str()).to_owned();
            let bytes = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
            let mut forward = client.request(parts.method.clone(), format!("{upstream}{target}"));
            for name in ["authorization", "content-type", "content-encoding"] {
                if let Some(value) = parts.headers.get(name) {
                    forward = forward.header(name, value);
                }
            }
            let answer = forward.body(bytes.clone()).send().await.expect("an answer");
            let body = decoded(&parts.headers, &bytes);
            log.lock().expect("no test panicked").push(Sent {
                line: format!("{} {target}", parts.method),
                headers: parts.headers,
                body,
            });
            let status = StatusCode::from_u16(answer.status().as_u16()).expect("a status");
            if lost(&target) {
                return (StatusCode::BAD_GATEWAY, "lost").into_response();
            }
            (status, [("content-type", "application/json")], answer.bytes().await.expect("a body"))
                .into_response()
        }
    });
    (serve(app).await.0, sent)
}

fn decoded(headers: &HeaderMap, bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    if headers.get("content-encoding").is_some_and(|encoding| encoding == "gzip") {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip");
        return serde_json::from_str(&text).expect("JSON");
    }
    serde_json::from_slice(bytes).expect("JSON")
}

/// Checks that each event has a name and a description, and that no name makes JupiterOne show the job as failed.
fn check_events(told: &[&Sent]) {
    assert!(!told.is_empty());
    for event in told.iter().flat_map(|request| request.body["events"].as_array().expect("a list")) {
        let members: Vec<&String> = event.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["description", "name"]);
        assert!(!event["name"].as_str().expect("a name").contains("error"), "{event}");
    }
}

#[expect(clippy::too_many_lines, reason = "one run, and each request of it in order")]
#[tokio::test]
async fn every_request_is_one_of_the_sync_api() {
    let j1 = jupiterone().await;
    let (base, sent) = recorder(j1.url().to_owned()).await;
    let replay = recordings().display().to_string();
    let run = run_into(&base, &["--replay", &replay]).env("JUPITERONE_ACCOUNT", "acme");
    let summary = run.finish().await.summary(0);
    let jobs = "/persister/synchronization/jobs";
    let job = format!("{jobs}/{}", summary["job"]["id"].as_str().expect("an id"));
    let sent = std::mem::take(&mut *sent.lock().expect("no test panicked"));

    assert_eq!(sent[0].line, format!("POST {jobs}"));
    assert_eq!(
        sent[0].body,
        json!({ "source": "integration-external", "integrationInstanceId": INSTANCE, "syncMode": "DIFF" })
    );
    let finalize =
        sent.iter().position(|s| s.line == format!("POST {job}/finalize")).expect("it was finalized");
    assert_eq!(sent[finalize].body, json!({ "partialDatasets": { "types": [] } }));
    for polled in &sent[finalize + 1..] {
        assert_eq!((polled.line.as_str(), &polled.body), (format!("GET {job}").as_str(), &Value::Null));
    }

    let (mut entities, mut relationships, mut correlations) = (0, 0, BTreeSet::new());
    // The deletion guard asks what JupiterOne holds.
    let (queries, uploads): (Vec<_>, Vec<_>) =
        sent[1..finalize].iter().partition(|request| request.line == "POST /graphql");
    for query in queries {
        let text = query.body["variables"]["query"].as_str().expect("a query");
        assert!(text.starts_with(&format!("FIND * WITH _integrationInstanceId = \"{INSTANCE}\"")), "{text}");
    }
    // Before the finalize, the job says what it has received.
    let (looked_at, uploads): (Vec<_>, Vec<_>) =
        uploads.into_iter().partition(|request| request.line == format!("GET {job}"));
    assert_eq!(looked_at.len(), 1);
    let (told, uploads): (Vec<_>, Vec<_>) =
        uploads.into_iter().partition(|request| request.line == format!("POST {job}/events"));
    check_events(&told);
    for upload in uploads {
        let (member, count) = if upload.line == format!("POST {job}/entities") {
            ("entities", &mut entities)
        } else {
            assert_eq!(upload.line, format!("POST {job}/relationships"));
            ("relationships", &mut relationships)
        };
        assert_eq!(upload.body.as_object().expect("an object").keys().collect::<Vec<_>>(), [member]);
        let objects = upload.body[member].as_array().expect("a list");
        assert!(!objects.is_empty() && objects.len() <= 250, "{}", objects.len());
        *count += objects.len();
        let correlation = upload.headers.get("jupiterone-correlation-id").expect("a correlation id");
        assert!(
            correlations.insert(correlation.to_str().expect("text").to_owned()),
            "each upload has its own"
        );
        for object in objects {
            let violations = j1_core::validate::object(object);
            assert!(violations.is_empty(), "{violations:?} in {object:#}");
        }
    }
    assert_eq!((entities, relationships), (727, 2712));

    for request in &sent {
        let header = |name: &str| request.headers.get(name).map(|value| value.to_str().expect("text"));
        assert_eq!(header("authorization"), Some(&*format!("Bearer {JUPITERONE_KEY}")), "{}", request.line);
        assert_eq!(header("jupiterone-account"), Some("acme"));
        assert_eq!(header("content-type"), Some("application/json"));
        assert!(header("accept").is_some_and(|accept| accept.contains("application/json")));
        assert!(header("user-agent").is_some_and(|agent| agent.contains("jumpcloud")));
    }
}

#[tokio::test]
async fn a_run_that_fails_aborts_with_its_reason() {
    let j1 = jupiterone().await;
    let (base, sent) = recorder(j1.url().to_owned()).await;
    // A folder with only the organizations: the other requests have no recording.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(recordings().join("organizations.har"), folder.path().join("o.har")).expect("it is copied");
    let replay = folder.path().display().to_string();
    let summary = run_into(&base, &["--replay", &replay, "--on-partial", "abort"]).finish().await.summary(6);
    let sent = sent.lock().expect("no test panicked");
    let abort = sent.last().expect("requests");
    assert!(abort.line.ends_with("/abort"), "{}", abort.line);
    assert_eq!(abort.body, json!({ "reason": summary["error"]["message"] }));
}

#[tokio::test]
async fn a_finalize_whose_answer_is_lost_is_not_aborted() {
    let j1 = jupiterone().await;
    let (base, sent) = recorder_losing(j1.url().to_owned(), |target| target.ends_with("/finalize")).await;
    let replay = recordings().display().to_string();
    let summary = run_into(&base, &["--replay", &replay]).finish().await.summary(0);
    assert_eq!(summary["job"]["status"], "FINISHED");
    assert_eq!(summary["job"]["numEntitiesCreated"], 727);
    let sent = sent.lock().expect("no test panicked");
    assert!(
        sent.iter().all(|request| !request.line.ends_with("/abort")),
        "nothing is aborted that was finalized"
    );
}

#[tokio::test]
async fn uploads_whose_answers_are_lost_are_sent_again_and_count_once() {
    let j1 = jupiterone().await;
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    // The response to the first upload of each kind is lost, although the upload took effect.
    let lost = move |target: &str| {
        let upload = target.ends_with("/entities") || target.ends_with("/relationships");
        upload && seen.lock().expect("no test panicked").insert(target.to_owned())
    };
    let (base, sent) = recorder_losing(j1.url().to_owned(), lost).await;
    let replay = recordings().display().to_string();
    let summary = run_into(&base, &["--replay", &replay]).finish().await.summary(0);
    assert_eq!(summary["job"]["numEntitiesCreated"], 727);
    assert_eq!(summary["job"]["numRelationshipsCreated"], 2476);
    let sent = sent.lock().expect("no test panicked");
    let again: Vec<_> =
        sent.iter().filter(|request| request.line.contains("?ignoreDuplicates=true")).collect();
    assert_eq!(again.len(), 2, "each once");
    let correlation = |request: &Sent| request.headers.get("jupiterone-correlation-id").cloned();
    for request in again {
        let same = sent.iter().filter(|other| correlation(other) == correlation(request)).count();
        assert_eq!(same, 2, "a retry has the correlation id of the first request");
    }
}
