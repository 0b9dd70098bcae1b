//! Ids in paths, and lists below a record.

use j1_core::Outcome;
use j1_runtime::provider::{Http, Incoming, Outgoing, Pages, Paging, Unanswered};
use serde_json::json;

use crate::list::{Row, read_with, rows};
use crate::server::{Asked, Provider, Reply, http};

/// The path of the request that is sent for a path with this id.
async fn sent(id: &str) -> Result<String, String> {
    let http = Http::service(|request: Outgoing| async move {
        let body = json!(request.url.path()).to_string();
        Ok::<_, Unanswered>(Incoming { status: 200, body: body.into(), ..Incoming::default() })
    });
    let client = http.client("https://acme.example/v1").expect("a URL");
    client.get_at(&["groups", id, "members"]).json().await.map_err(|error| error.code().as_str().to_owned())
}

#[tokio::test]
async fn an_id_stays_one_segment_of_a_path() {
    for (id, path) in [
        ("7", "7"),
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%252Fb"),
        ("..%2f..%2fadmin", "..%252f..%252fadmin"),
        ("a\r\nX: y", "a%0D%0AX:%20y"),
        ("a\\b?c#d", "a%5Cb%3Fc%23d"),
        ("a;b=c&d+e", "a%3Bb%3Dc%26d%2Be"),
        ("Ingénierie", "Ing%C3%A9nierie"),
    ] {
        assert_eq!(sent(id).await, Ok(format!("/v1/groups/{path}/members")), "{id}");
    }
    for id in ["", ".", "..", "%2e%2E"] {
        assert_eq!(sent(id).await, Err("J1-R1008".to_owned()), "{id}");
    }
}

#[tokio::test]
async fn a_path_with_what_only_foreign_text_has_is_not_sent() {
    let http =
        Http::service(|_| async { Ok::<_, Unanswered>(Incoming { status: 200, ..Incoming::default() }) });
    let client = http.client("https://acme.example/v1").expect("a URL");
    for id in ["a%2Fb", "..%2f..%2fadmin", "a\r\nX: y", "a\\b", "a\u{7f}"] {
        let error = client.get(&format!("groups/{id}/members")).accepted().await.expect_err("refused");
        assert_eq!(error.code().as_str(), "J1-R1008", "{id}");
        assert!(error.to_string().contains("get_at"), "{error}");
    }
    let django = client.get_at(&["api", "users", "7"]).trailing_slash();
    assert!(django.accepted().await.is_ok());
}

/// The members of a group; `member` is the status of their list, `group` that of the group itself.
async fn members(list: u16, group: u16) -> Option<bool> {
    let respond = move |asked: &Asked| match asked.path() {
        "/groups/7/members" => Reply::status(list, &json!(rows(0..2)).to_string()),
        "/groups/7" => Reply::status(group, "{}"),
        _ => Reply::status(500, ""),
    };
    let list = read_with(
        |client| -> Pages<Row> {
            let members = client.get_at(&["groups", "7", "members"]).pages(Paging::whole());
            members.gone_with(client.get_at(&["groups", "7"]))
        },
        respond,
    )
    .await;
    list.outcome.ok().map(|outcome| outcome.is_complete())
}

#[tokio::test]
async fn a_list_is_gone_only_with_its_parent() {
    assert_eq!(members(200, 200).await, Some(true));
    assert_eq!(members(404, 404).await, Some(true));
    assert_eq!(members(404, 410).await, Some(true));
    assert_eq!(members(404, 200).await, Some(false), "a 404 for no reason must not delete the members");
    assert_eq!(members(404, 403).await, Some(false));
    assert_eq!(members(410, 404).await, None);
}

/// A gateway that has lost the API answers everything with 404, the parents too.
#[tokio::test]
async fn lists_that_are_gone_one_after_the_other_may_be_a_gone_api() {
    // Of four groups, these exist; `false` is an answer of 404 for all that belongs to the group.
    for (groups, complete) in [
        ([true, true, true, true], true),
        ([true, false, true, false], true),
        ([true, true, true, false], true),
        ([true, true, false, false], false),
        ([false, false, true, true], false),
    ] {
        let respond = move |asked: &Asked| {
            let group = asked.path().split('/').nth(2).and_then(|group| group.parse::<usize>().ok());
            let exists = group.is_some_and(|group| groups[group]);
            Reply::status(if exists { 200 } else { 404 }, &json!(rows(0..2)).to_string())
        };
        let provider = Provider::responding(respond).await;
        let client = http().client(&provider.base).expect("a URL");
        let mut outcome = Outcome::nothing_to_read("the groups are known");
        for group in ["0", "1", "2", "3"] {
            let members = client.get_at(&["groups", group, "members"]).pages::<Row>(Paging::whole());
            outcome.add(members.gone_with(client.get_at(&["groups", group])).all().await.expect("a list").1);
        }
        assert_eq!(outcome.is_complete(), complete, "{groups:?}: {:?}", outcome.reasons());
    }
}
