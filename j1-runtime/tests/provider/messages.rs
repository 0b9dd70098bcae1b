//! Responses that are not JSON, or not only, and what the error says.

use j1_core::Secret;
use j1_runtime::provider::{OAuth2, Paging};
use serde_json::{Value, json};

use crate::list::read;
use crate::server::{Provider, Reply, http};

async fn error(reply: Reply) -> String {
    let list = read(Paging::whole(), move |_| reply.clone()).await;
    list.outcome.expect_err("an error").to_string()
}

#[tokio::test]
async fn a_byte_order_mark_is_not_part_of_the_json() {
    let list = read(Paging::whole(), |_| Reply::status(200, "\u{feff}[{\"id\":1},{\"id\":2}]")).await;
    assert!(list.is_complete() && list.ids == [1, 2], "{:?}", list.outcome);
    let provider = Provider::responding(|_| Reply::status(200, "\u{feff}{\"id\":1}")).await;
    let one: Value = http().client(&provider.base).expect("a URL").get("one").json().await.expect("JSON");
    assert_eq!(one, json!({ "id": 1 }));
}

/// What JavaScript reads costs no record: half of an emoji that was cut in the middle, and members that come twice.
#[tokio::test]
async fn a_record_is_not_lost_to_a_lone_surrogate_or_a_member_that_comes_twice() {
    #[derive(serde::Deserialize)]
    struct Named {
        id: u64,
        name: String,
    }
    let page = r#"[{"id":1,"name":"cut \ud83d"},{"id":0,"name":"x","id":2,"name":"y"},{"id":3,"name":"\ud83d\ude00"}]"#;
    let provider = Provider::responding(|_| Reply::status(200, page)).await;
    let client = http().client(&provider.base).expect("a URL");
    let (records, outcome) =
        client.get("things").pages::<Named>(Paging::whole()).all().await.expect("a list");
    assert!(outcome.is_complete(), "{:?}", outcome.reasons());
    let read: Vec<_> = records.iter().map(|record| (record.id, &*record.name)).collect();
    assert_eq!(read, [(1, "cut \u{fffd}"), (2, "y"), (3, "\u{1f600}")]);

    let provider = Provider::responding(|_| Reply::status(200, r#"{"id":0,"name":"\udc00","id":7}"#)).await;
    let one: Named = http().client(&provider.base).expect("a URL").get("one").json().await.expect("a record");
    assert_eq!((one.id, &*one.name), (7, "\u{fffd}"));
}

#[tokio::test]
async fn an_error_says_what_came_instead_of_json() {
    let page = "<!doctype html><html><head><title>Sign in &amp; more</title></head></html>";
    for (reply, says) in [
        (Reply::status(204, ""), "status 204 without content; for a list, declare `.no_content_is_empty()`"),
        (Reply::status(200, ""), "is empty, with status 200"),
        (Reply::status(200, page), "an HTML page instead of JSON: Sign in &amp; more"),
        (Reply::status(200, "[{\"id\":1}"), "is cut off"),
        (Reply::status(200, "maintenance"), "is not JSON"),
    ] {
        let said = error(reply).await;
        assert!(said.contains("J1-R1004") && said.contains(says), "{said}");
    }
}

#[tokio::test]
async fn a_token_endpoint_that_refuses_with_200_is_understood() {
    let provider = Provider::responding(|_| {
        Reply::json(&json!({ "error": "invalid_client", "error_description": "unknown client" }))
    })
    .await;
    let oauth =
        OAuth2::client_credentials("token", "id", &Secret::new("the-secret-of-the-client".to_owned()));
    let client = http().client(&provider.base).expect("a URL").oauth2(oauth).expect("a URL");
    let error = client.get("things").accepted().await.expect_err("refused");
    assert_eq!(error.code().as_str(), "J1-R1001");
    assert!(error.to_string().contains("invalid_client"), "{error}");
}

#[tokio::test]
async fn a_page_that_is_too_large_is_not_held() {
    let large = |_: &_| Reply::json(&json!((0..40).map(|id| json!({ "id": id })).collect::<Vec<_>>()));
    let error = read(Paging::whole().max_page_bytes(200), large).await.outcome.expect_err("too large");
    assert!(error.to_string().contains("is larger than 200 bytes"), "{error}");
    // Three million records on one page of six megabytes.
    let many = |_: &_| Reply::status(200, &format!("[{}0]", "0,".repeat(3_000_000)));
    let error = read(Paging::whole(), many).await.outcome.expect_err("too many");
    assert!(error.to_string().contains("records on one page of this length"), "{error}");
}
