//! Lists inside of records that the provider has cut.

use std::collections::BTreeMap;

use j1_core::report::Marks;
use j1_core::{Outcome, Result};
use j1_runtime::provider::{Nested, Paging, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::list::rows;
use crate::server::{Asked, Provider, Reply, http};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Member {
    id: usize,
}

/// Reads the list.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Group {
    id: usize,
    members: Vec<Member>,
    #[serde(default)]
    member_count: Option<u64>,
}

/// Does not read the list.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Name {
    id: usize,
    #[serde(default)]
    tags: Vec<String>,
}

/// Reads objects in which lists may be.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Deep {
    id: usize,
    #[serde(default)]
    members: Option<Connection>,
    #[serde(default)]
    relationships: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Connection {
    nodes: Vec<Member>,
}

/// Reads a member that may be anything.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Open {
    id: usize,
    members: Value,
}

/// Asks for the outcome of its list.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Asks {
    id: usize,
    members: Nested<Member>,
}

async fn all<T: DeserializeOwned>(paging: Paging, records: Vec<Value>) -> Result<Outcome> {
    let provider = Provider::responding(move |_: &Asked| Reply::json(&json!(records))).await;
    let client = http().client(&provider.base).expect("a URL");
    client.get("groups").pages::<T>(paging).all().await.map(|(_, outcome)| outcome)
}

/// One group of three that says nothing, and one with these members.
fn groups(members: &Value) -> Vec<Value> {
    let mut cut = json!({ "id": 2, "members": rows(0..2) });
    for (name, value) in members.as_object().expect("an object") {
        cut[name] = value.clone();
    }
    vec![json!({ "id": 1, "members": rows(0..3) }), cut]
}

async fn reason<T: DeserializeOwned>(records: Vec<Value>) -> String {
    let outcome = all::<T>(Paging::whole(), records).await.expect("a list");
    outcome.reasons().first().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_record_that_says_that_its_list_is_cut_makes_the_outer_list_partial() {
    for said in [
        json!({ "members_truncated": true }),
        json!({ "hasMoreMembers": true }),
        json!({ "membersTotal": 500 }),
        json!({ "member_count": 500 }),
        json!({ "numberOfMembers": "500" }),
        json!({ "members_next": "/groups/2/members?page=2" }),
        json!({ "members@odata.nextLink": "https://graph.example/groups/2/members?$skiptoken=x" }),
        json!({ "membersNextPageToken": "x" }),
        json!({ "members_page_info": { "hasNextPage": true } }),
        json!({ "membersMeta": { "total": 500 } }),
        json!({ "_links": {}, "members_links": { "next": { "href": "/a" } } }),
    ] {
        for records in [groups(&said), groups(&said).into_iter().rev().collect()] {
            let partial = reason::<Group>(records.clone()).await;
            assert!(partial.contains("has records whose `members` is not whole"), "{said}: {partial}");
            assert!(partial.contains("(1 records)"), "{partial}");
            assert!(!reason::<Value>(records.clone()).await.is_empty(), "{said}: a step may read any of it");
            assert!(!reason::<Open>(records.clone()).await.is_empty(), "{said}: a step may read a list");
            // A type that does not read the list loses nothing, and one that asks for its outcome is told by that.
            assert_eq!(reason::<Name>(records).await, "", "{said}");
        }
    }
}

#[tokio::test]
async fn an_object_that_holds_a_list_speaks_for_it() {
    for members in [
        json!({ "nodes": rows(0..2), "pageInfo": { "hasNextPage": true } }),
        json!({ "nodes": rows(0..2), "totalCount": 500 }),
        json!({ "nodes": rows(0..2), "next": "/a" }),
        json!({ "nodes": rows(0..2), "limit": 2 }),
    ] {
        let records = vec![json!({ "id": 1, "members": members.clone() })];
        let partial = reason::<Deep>(records.clone()).await;
        assert!(partial.contains("`members` is not whole"), "{members}: {partial}");
        let ignoring = Paging::whole().ignoring(&["members"]);
        assert!(all::<Deep>(ignoring, records).await.expect("a list").is_complete(), "{members}");
    }
    let link = json!({ "members": { "data": rows(0..2), "links": { "related": "/a", "next": "/b" } } });
    let partial = reason::<Deep>(vec![json!({ "id": 1, "relationships": link })]).await;
    assert!(partial.contains("`relationships.members` is not whole"), "{partial}");
    let beside = json!({ "users": ["a"], "user_count": 9 });
    let partial = reason::<Deep>(vec![json!({ "id": 1, "relationships": { "all": beside } })]).await;
    assert!(partial.contains("`relationships.all.users` is not whole: `user_count` is 9"), "{partial}");
    // Of two lists, such a member says nothing.
    let two = json!({ "users": ["a"], "groups": ["b"], "has_more": true });
    assert_eq!(reason::<Deep>(vec![json!({ "id": 1, "relationships": { "all": two } })]).await, "");
    let whole = json!({ "nodes": rows(0..2), "pageInfo": { "hasNextPage": false }, "totalCount": 2 });
    assert_eq!(reason::<Deep>(vec![json!({ "id": 1, "members": whole })]).await, "");
    // The step decides by the outcome of a nested list, whatever stands beside it.
    let nested = json!({ "nodes": rows(0..2), "totalCount": 500 });
    assert_eq!(reason::<Asks>(vec![json!({ "id": 1, "members": nested })]).await, "");
}

#[tokio::test]
async fn a_record_that_says_nothing_of_its_list_is_whole() {
    for said in [
        json!({ "members_truncated": false, "hasMoreMembers": false, "membersTotal": 2, "member_count": 1 }),
        json!({ "members_limit": 500, "max_members": 500, "members_limit_reached": true }),
        json!({ "next_member": "ada", "members_next": null, "members_url": "/groups/2/members" }),
        json!({ "count": 500, "has_more": true, "total": 500, "truncated": true, "next": "/a" }),
        json!({ "tags": ["a"], "tag_count": 9, "failed_members": ["x"] }),
        json!({ "members_links": { "self": "/a" }, "members_page_info": { "hasNextPage": false } }),
        json!({ "members_links": vec!["/a"; 100] }),
        json!({ "member_meta": { "total": 500 }, "members_summary": { "count": 500 } }),
    ] {
        assert_eq!(reason::<Group>(groups(&said)).await, "", "{said}");
    }
    // A record is a thing, though it has members as a page has them.
    let thing =
        json!({ "id": 1, "items": ["a"], "startAt": 0, "total": 500, "has_more": true, "next": "/a" });
    assert_eq!(reason::<Value>(vec![thing]).await, "");
    let inner = json!({ "id": 1, "members": { "nodes": rows(0..2), "totalCount": 500 } });
    let ignoring = Paging::whole().ignoring(&["totalCount"]);
    assert!(all::<Deep>(ignoring, vec![inner]).await.expect("a list").is_complete());
    for ignored in [&["members_truncated"][..], &["members"][..]] {
        let paging = Paging::whole().ignoring(ignored);
        let read = all::<Group>(paging, groups(&json!({ "members_truncated": true }))).await;
        assert!(read.expect("a list").is_complete(), "{ignored:?}");
    }
}

#[tokio::test]
async fn a_list_inside_of_records_that_is_never_longer_than_a_usual_number_is_doubted() {
    let group =
        |id: usize, members: usize| json!({ "id": id, "members": rows(id * 1000..id * 1000 + members) });
    for (lengths, complete) in [
        (&[3, 100][..], false),
        (&[100, 101], true),
        (&[3, 20, 20], false),
        (&[3, 20, 20, 21], true),
        (&[3, 20], true),
        (&[20, 20], true),
        (&[3, 10, 10], true),
        (&[1000], false),
    ] {
        let records: Vec<_> = lengths.iter().enumerate().map(|(id, members)| group(id, *members)).collect();
        let said = reason::<Group>(records.clone()).await;
        assert_eq!(said.is_empty(), complete, "{lengths:?}: {said}");
        assert!(complete || said.contains("`.ignoring(&[\"members\"])`"), "{said}");
        let ignoring = Paging::whole().ignoring(&["members"]);
        assert!(all::<Group>(ignoring, records).await.expect("a list").is_complete());
    }
    // A count says that these are all.
    let counted = json!({ "id": 1, "members": rows(0..100), "member_count": 100 });
    assert_eq!(reason::<Group>(vec![group(0, 3), counted]).await, "");
}

/// The losses of a step that reads a response as one value.
async fn losses<T: DeserializeOwned>(body: Value, request: fn(Request) -> Request) -> Vec<String> {
    let provider = Provider::responding(move |_: &Asked| Reply::json(&body)).await;
    let client = http().client(&provider.base).expect("a URL");
    let marks = Marks::default();
    let read = marks.scope(request(client.get("api/users")).json::<T>()).await;
    assert!(read.is_ok(), "{:?}", read.err());
    marks.losses()
}

#[tokio::test]
async fn a_record_that_is_read_alone_says_so_as_well() {
    let as_it_is: fn(Request) -> Request = |request| request;
    let cut = json!({ "id": 1, "members": rows(0..2), "members_truncated": true });
    assert!(losses::<Group>(cut.clone(), as_it_is).await[0].contains("`members` is not whole"));
    assert!(
        losses::<Group>(cut.clone(), |request| request.ignoring(&["members_truncated"])).await.is_empty()
    );
    assert!(losses::<Name>(cut, as_it_is).await.is_empty());
    assert!(losses::<Group>(json!({ "id": 1, "members": rows(0..2) }), as_it_is).await.is_empty());
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct FirstPage {
    items: Vec<Member>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Users {
    users: Vec<Member>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Page {
    items: Vec<Member>,
    next: Option<String>,
}

/// An author who reads a list as one value reads its first page.
#[tokio::test]
async fn a_page_that_is_read_as_one_value_says_that_there_is_more() {
    let as_it_is: fn(Request) -> Request = |request| request;
    let page = json!({ "items": rows(0..2), "users": rows(0..2), "next": "/b" });
    assert!(losses::<FirstPage>(page.clone(), as_it_is).await[0].contains("`next` leads to a next page"));
    assert!(losses::<Users>(page.clone(), as_it_is).await[0].contains("`next` leads to a next page"));
    assert!(losses::<FirstPage>(page.clone(), |request| request.ignoring(&["next"])).await.is_empty());
    // Who reads where the next page is goes on by hand.
    assert!(losses::<Page>(page.clone(), as_it_is).await.is_empty());
    assert!(losses::<Name>(json!({ "id": 1, "items": [], "next": "/b" }), as_it_is).await.is_empty());
    let last = json!({ "items": rows(0..2), "next": null });
    assert!(losses::<FirstPage>(last, as_it_is).await.is_empty());
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Defaulted {
    #[serde(default)]
    items: Vec<Member>,
    #[serde(default)]
    people: Vec<Member>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Data {
    data: Option<Defaulted>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct ReadsErrors {
    data: Option<Defaulted>,
    errors: Vec<Value>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the types matter")]
struct Label {
    #[serde(default)]
    label: String,
}

/// Members with a default read an error as an empty list.
#[tokio::test]
async fn an_error_with_the_status_of_a_success_is_not_an_empty_list() {
    let as_it_is: fn(Request) -> Request = |request| request;
    let denied = json!({ "error": "access denied" });
    assert!(losses::<Defaulted>(denied.clone(), as_it_is).await[0].contains("returned an error"));
    assert!(losses::<Defaulted>(denied, |request| request.ignoring(&["error"])).await.is_empty());
    let failed = json!({ "items": [], "status": "error", "code": 500 });
    assert!(losses::<Defaulted>(failed, as_it_is).await[0].contains("returned an error"));
    let graphql = json!({ "data": { "people": [] }, "errors": [{ "message": "FORBIDDEN" }] });
    assert!(losses::<Data>(graphql.clone(), as_it_is).await[0].contains("`errors`"));
    assert!(losses::<ReadsErrors>(graphql, as_it_is).await.is_empty());
    assert!(losses::<Label>(json!({ "error": "access denied" }), as_it_is).await[0].contains("`error`"));
    // The error of the thing itself, and no error.
    let data = json!({ "data": { "people": [] }, "error": "the last scan failed" });
    assert!(losses::<Data>(data, as_it_is).await.is_empty());
    assert!(losses::<Name>(json!({ "id": 1, "error": "the last scan failed" }), as_it_is).await.is_empty());
    assert!(losses::<Data>(json!({ "data": {}, "errors": [] }), as_it_is).await.is_empty());
    assert!(losses::<Defaulted>(json!({ "people": [] }), as_it_is).await.is_empty());
    assert!(losses::<Value>(json!({ "error": "access denied" }), as_it_is).await.is_empty());
}
