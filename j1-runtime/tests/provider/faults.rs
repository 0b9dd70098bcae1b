//! Answers that do not come, come late, or refuse: what is asked again, how long one waits, and what the error says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use j1_core::Secret;
use j1_core::error::Kind;
use j1_runtime::provider::{Http, Incoming, Limits, Paging, Request, Unanswered};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::server::{Provider, Reply, http};

fn get(provider: &Provider, path: &str) -> Request {
    http().client(&provider.base).expect("an address").get(path)
}

/// A service that answers what this says to the nth request, under tokio's time.
fn service(answer: impl Fn(usize) -> Incoming + Send + Sync + 'static) -> (Http, Arc<AtomicUsize>) {
    let count: Arc<AtomicUsize> = Arc::default();
    let (seen, answer) = (Arc::clone(&count), Arc::new(answer));
    let http = Http::service(move |_| {
        let (nth, answer) = (seen.fetch_add(1, Ordering::Relaxed), Arc::clone(&answer));
        async move { Ok::<_, Unanswered>(answer(nth)) }
    });
    (http, count)
}

fn incoming(status: u16, headers: &[(&'static str, String)]) -> Incoming {
    let mut answer = Incoming { status, body: "[]".into(), ..Incoming::default() };
    for (name, value) in headers {
        answer.headers.insert(*name, value.parse().expect("a value"));
    }
    answer
}

fn client(http: &Http) -> j1_runtime::provider::Client {
    http.client("https://api.acme.example/v1").expect("an address")
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_tried_again() {
    let provider = Provider::responding(|asked| {
        if asked.before < 2 { Reply::Reset("[1, 2, 3, 4, 5, 6, 7]".into()) } else { Reply::json(&json!([1])) }
    })
    .await;
    assert_eq!(get(&provider, "list").json::<Vec<u8>>().await.expect("the third time"), [1]);
    assert_eq!(provider.asked().len(), 3);
}

#[tokio::test]
async fn a_request_that_may_have_been_taken_is_not_sent_twice() {
    let provider = Provider::responding(|_| Reply::Reset("{\"a\": 1}".into())).await;
    let http = http();
    let post = http.client(&provider.base).expect("an address").post("exports").json_body(&json!({}));
    let error = post.json::<Value>().await.expect_err("nothing came");
    assert_eq!((error.code().as_str(), provider.asked().len()), ("J1-R1003", 1), "{error}");
    let error = post.repeatable().accepted().await.expect_err("nothing came");
    assert_eq!(provider.asked().len(), 1 + 4);
    assert!(error.message().contains("after 4 requests"), "{error}");
}

#[tokio::test]
async fn an_answer_that_never_ends_is_given_up() {
    let provider = Provider::responding(|_| Reply::Trickle).await;
    let post = http().client(&provider.base).expect("an address").post("slow");
    let error = post.timeout(Duration::from_millis(60)).accepted().await.expect_err("it never ends");
    assert_eq!(error.code().as_str(), "J1-R1003");
    assert!(error.to_string().contains("0.06 seconds"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_the_provider_is_followed() {
    let date = |seconds: u64| httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    // The provider's clock is years away from ours: what it says counts from its own time.
    let now = 1_000_000_000;
    let said = [
        vec![("retry-after", "7".to_owned())],
        vec![("retry-after", date(now + 7)), ("date", date(now))],
        vec![
            ("x-ratelimit-remaining", "0".into()),
            ("x-ratelimit-reset", (now + 7).to_string()),
            ("date", date(now)),
        ],
        vec![("ratelimit", "limit=10, remaining=0, reset=7".into())],
    ];
    for headers in said {
        let what = format!("{headers:?}");
        let (http, count) =
            service(move |nth| if nth == 0 { incoming(429, &headers) } else { incoming(200, &[]) });
        let began = Instant::now();
        client(&http).get("list").accepted().await.expect("the second time");
        let waited = began.elapsed();
        assert!(waited >= Duration::from_secs(7) && waited < Duration::from_secs(8), "{what}: {waited:?}");
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_back_every_request_to_the_host() {
    let (http, _) =
        service(
            |nth| {
                if nth == 0 { incoming(429, &[("retry-after", "30".into())]) } else { incoming(200, &[]) }
            },
        );
    let (one, other) = (client(&http).get("a"), client(&http).get("b"));
    let began = Instant::now();
    let first = tokio::spawn(async move { one.accepted().await });
    tokio::task::yield_now().await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    other.accepted().await.expect("later");
    assert!(began.elapsed() >= Duration::from_secs(30), "the other was held back: {:?}", began.elapsed());
    first.await.expect("no panic").expect("the second time");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_always_refuses_ends_the_list() {
    let (http, count) = service(|_| incoming(429, &[("retry-after", "999999999".into())]));
    let mut pages = client(&http).get("list").pages::<Value>(Paging::whole());
    let error = pages.next().await.expect_err("never");
    assert_eq!((error.code().as_str(), count.load(Ordering::Relaxed)), ("J1-R1002", 10));
    assert!(error.message().contains("429 after 10 requests"), "{error}");
    assert!(!pages.finish().expect("an outcome").is_complete());
}

#[tokio::test(start_paused = true)]
async fn limits_hold_for_the_host_for_a_part_and_as_the_operator_says() {
    let spent = |client: j1_runtime::provider::Client| async move {
        let began = Instant::now();
        for _ in 0..11 {
            client.get("x").accepted().await.expect("an answer");
        }
        began.elapsed()
    };
    let (http, _) = service(|_| incoming(200, &[]));
    let whole = client(&http).limits(Limits::per_second(10));
    assert_eq!(spent(whole.clone()).await, Duration::from_secs(1));
    assert_eq!(
        spent(whole.part_with_limits(Limits::per_second(1))).await,
        Duration::from_secs(10),
        "a slower part"
    );
    let (http, _) = service(|_| incoming(200, &[]));
    let http = http.limited_by_operator(Limits::per_second(2));
    let declared = client(&http).limits(Limits::per_second(1000));
    assert_eq!(spent(declared).await, Duration::from_secs(5), "the operator has the last word");
}

#[tokio::test]
async fn a_refusal_names_the_request_the_response_and_the_remedy() {
    let key = "s3cr3t-key-of-the-operator";
    let cases = [
        (401, Kind::Credentials, "J1-R1001", "check the credentials"),
        (403, Kind::Credentials, "J1-R1001", "allowed to read"),
        (404, Kind::Provider, "J1-R1002", "check the base URL"),
        (418, Kind::Provider, "J1-R1002", "returned status 418"),
        (302, Kind::Provider, "J1-R1002", "it points to https://login.acme.example/, and is not followed"),
    ];
    for (status, kind, code, says) in cases {
        let provider = Provider::responding(move |asked| {
            let echo =
                format!("no\n way {} {}", asked.header("x-api-key").unwrap_or_default(), "x".repeat(999));
            Reply::status(status, &echo).header("location", "https://login.acme.example/")
        })
        .await;
        let http = http();
        let client = http
            .client(&provider.base)
            .expect("an address")
            .header("x-api-key", &Secret::new(key.to_owned()));
        let error = client.get("users").query("token", "abcdefgh").accepted().await.expect_err("refused");
        assert_eq!((error.kind(), error.code().as_str()), (kind, code));
        let text = error.to_string();
        assert!(
            text.contains("GET http://127.0.0.1") && text.contains("/users") && text.contains(says),
            "{text}"
        );
        assert!(text.contains("no way") && text.len() < 500 && !text.contains('\n'), "{text}");
        assert!(!text.contains(key) && !text.contains("abcdefgh"), "{text}");
        assert_eq!(provider.asked().len(), 1, "asking again would not help");
    }
}

#[tokio::test]
async fn a_path_does_not_lead_out_of_the_api() {
    let (http, count) = service(|_| incoming(200, &[]));
    for path in ["users/..", "../admin", "a/%2e%2E/b", "./x", "a\\..\\b"] {
        let error = client(&http).get(path).accepted().await.expect_err("it leads out");
        assert_eq!(error.code().as_str(), "J1-R1008", "{path}");
    }
    assert_eq!(count.load(Ordering::Relaxed), 0);
}
