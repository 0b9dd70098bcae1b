//! Authentication of requests, as seen on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use j1_core::Secret;
use j1_core::error::Kind;
use j1_runtime::provider::{Client, Http, Incoming, Method, OAuth2, Outgoing, Unanswered};
use serde_json::{Value, json};

use crate::server::{Asked, Provider, Reply, http};

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Returns the request that the provider receives from this client.
async fn wire(make: impl FnOnce(Client) -> Client, send: impl AsyncFnOnce(Client)) -> Asked {
    let provider = Provider::responding(|_| Reply::json(&json!({}))).await;
    let http = http();
    send(make(http.client(&format!("{}/v1/", provider.base)).expect("an address"))).await;
    provider.asked().remove(0)
}

async fn get(client: Client) {
    client.get("/users").accepted().await.expect("accepted");
}

#[tokio::test]
async fn each_scheme_is_sent_as_it_should_be() {
    let token = secret("t0ken-of-acme");
    let asked = wire(|client| client.header("x-api-key", &token), get).await;
    assert_eq!(asked.header("x-api-key"), Some("t0ken-of-acme"));
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("GET", "/v1/users"));
    assert_eq!(asked.header("user-agent"), Some("j1/1 (acme)"));
    let asked = wire(|client| client.bearer(&token), get).await;
    assert_eq!(asked.header("authorization"), Some("Bearer t0ken-of-acme"));
    let asked = wire(|client| client.scheme("ApiToken", &token), get).await;
    assert_eq!(asked.header("authorization"), Some("ApiToken t0ken-of-acme"));
    // RFC 7617's own example.
    let asked = wire(|client| client.basic("Aladdin", &secret("open sesame")), get).await;
    assert_eq!(asked.header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    let asked = wire(|client| client.query_key("key", &secret("a&b=c d")), get).await;
    assert_eq!(asked.query("key").as_deref(), Some("a&b=c d"));
    let sign = |outgoing: &mut Outgoing| {
        let signed = format!("{} {} {}", outgoing.method, outgoing.url.path(), outgoing.body.len());
        outgoing.headers.insert("x-signature", signed.parse()?);
        Ok(())
    };
    let send =
        async |client: Client| client.post("x").json_body(&json!([1])).accepted().await.expect("accepted");
    assert_eq!(wire(|client| client.sign(sign), send).await.header("x-signature"), Some("POST /v1/x 3"));
}

#[tokio::test]
async fn every_method_and_body_is_sent_as_it_should_be() {
    for (method, name) in [(Method::PUT, "PUT"), (Method::PATCH, "PATCH"), (Method::DELETE, "DELETE")] {
        let send = async |client: Client| client.request(method, "a").accepted().await.expect("accepted");
        assert_eq!(wire(|client| client, send).await.method, name);
    }
    let search = Method::from_bytes(b"SEARCH").expect("a method");
    let send = async |client: Client| {
        let form = [("q", "a b&c"), ("n", "1")];
        let request = client.request_at(search, &["u", "a/b?c"]).query("x", 1).form_body(form);
        request.header("accept", "text/csv").accepted().await.expect("accepted");
    };
    let asked = wire(|client| client.plain_header("x-version", "3"), send).await;
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("SEARCH", "/v1/u/a%2Fb%3Fc?x=1"));
    assert_eq!((asked.form("q").as_deref(), asked.form("n").as_deref()), (Some("a b&c"), Some("1")));
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!((asked.header("accept"), asked.header("x-version")), (Some("text/csv"), Some("3")));
    let send =
        async |client: Client| client.post("q").json_body(&json!({ "a": 1 })).accepted().await.expect("ok");
    let asked = wire(|client| client, send).await;
    assert_eq!((asked.json(), asked.header("content-type")), (json!({ "a": 1 }), Some("application/json")));
}

/// A provider that gives tokens `t1`, `t2`, … which live so many seconds, and takes those that `valid` says.
fn oauth(
    lives: u64,
    valid: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> (Http, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (given, refused): (Arc<AtomicUsize>, Arc<AtomicUsize>) = <_>::default();
    let (count, no, valid) = (Arc::clone(&given), Arc::clone(&refused), Arc::new(valid));
    let http = Http::service(move |asked: Outgoing| {
        let (count, no, valid) = (Arc::clone(&count), Arc::clone(&no), Arc::clone(&valid));
        async move {
            // Others come meanwhile.
            tokio::time::sleep(Duration::from_millis(10)).await;
            let answer = |status, body: Value| {
                Ok::<_, Unanswered>(Incoming { status, body: body.to_string().into(), ..Incoming::default() })
            };
            if asked.url.path() == "/token" {
                let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                return answer(
                    200,
                    json!({ "access_token": format!("token-{number}"), "expires_in": lives }),
                );
            }
            let header = asked.headers.get("authorization").and_then(|value| value.to_str().ok());
            if header.and_then(|header| header.strip_prefix("Bearer ")).is_some_and(|token| valid(token)) {
                return answer(200, json!([]));
            }
            no.fetch_add(1, Ordering::Relaxed);
            answer(401, json!({ "message": "expired" }))
        }
    });
    (http, given, refused)
}

fn tokens(http: &Http) -> Client {
    let oauth = OAuth2::client_credentials("https://acme.example/token", "id", &secret("the-client-secret"));
    http.client("https://acme.example/api").expect("an address").oauth2(oauth).expect("an address")
}

async fn many(client: &Client, count: usize) {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let request = client.get("x");
            tokio::spawn(async move { request.accepted().await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("accepted");
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_requests_share_one_token_request() {
    let (http, given, _) = oauth(3600, |_| true);
    let client = tokens(&http);
    many(&client, 12).await;
    assert_eq!(given.load(Ordering::Relaxed), 1);
    tokio::time::advance(Duration::from_secs(3500)).await;
    many(&client, 12).await;
    assert_eq!(given.load(Ordering::Relaxed), 1);
    // A minute before it expires.
    tokio::time::advance(Duration::from_secs(45)).await;
    many(&client, 12).await;
    assert_eq!(given.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_renewed_once() {
    let (http, given, refused) = oauth(3600, |token| token != "token-1");
    many(&tokens(&http), 12).await;
    assert_eq!(given.load(Ordering::Relaxed), 2, "all who had the first share the second");
    assert_eq!(refused.load(Ordering::Relaxed), 12);
    let (http, given, refused) = oauth(3600, |_| false);
    let error = tokens(&http).get("x").accepted().await.expect_err("never");
    assert_eq!((error.kind(), error.code().as_str()), (Kind::Credentials, "J1-R1001"));
    assert_eq!((given.load(Ordering::Relaxed), refused.load(Ordering::Relaxed)), (2, 2), "and not for ever");
}

#[tokio::test]
async fn a_refresh_token_is_used_and_replaced_and_a_refusal_shows_no_secret() {
    let provider = Provider::responding(|asked| match (asked.path(), asked.form("refresh_token").as_deref()) {
        ("/api/token", Some("refresh-one")) => Reply::json(&json!({
            "access_token": "access-one", "refresh_token": "refresh-two", "expires_in": "0", "token_type": "bearer",
        })),
        ("/api/token", other) => Reply::status(
            400,
            &json!({ "error": "invalid_grant", "said": other, "id": asked.header("authorization") }).to_string(),
        ),
        _ => Reply::json(&json!([])),
    })
    .await;
    let http = http();
    let oauth = OAuth2::refresh_token("token", "an id", &secret("pass:word"), &secret("refresh-one"));
    let oauth = oauth.scope("users.read").credentials_in_header();
    let client =
        http.client(&format!("{}/api", provider.base)).expect("an address").oauth2(oauth).expect("a path");
    client.get("x").accepted().await.expect("accepted");
    let error = client.get("x").accepted().await.expect_err("the second refresh token is refused");
    assert_eq!((error.kind(), error.code().as_str()), (Kind::Credentials, "J1-R1001"));
    let text = error.to_string();
    assert!(text.contains("invalid_grant") && text.contains("/api/token"), "{text}");
    for hidden in ["refresh-two", "pass:word", "cGFzcz", "pass%3Aword"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    let asked = provider.asked();
    assert_eq!(asked[0].form("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(asked[0].form("scope").as_deref(), Some("users.read"));
    assert_eq!(asked[0].form("client_secret"), None, "it is in the header");
    // `an+id:pass%3Aword`, encoded as RFC 6749 says.
    assert_eq!(asked[0].header("authorization"), Some("Basic YW4raWQ6cGFzcyUzQXdvcmQ="));
    assert_eq!(asked[1].header("authorization"), Some("Bearer access-one"));
    assert_eq!(asked[2].form("refresh_token").as_deref(), Some("refresh-two"));
}
