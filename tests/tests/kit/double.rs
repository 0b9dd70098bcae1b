//! The provider's double: what it answers, and what it does not let pass.

use j1::Secret;
use j1::provider::Client;
use j1::testing::{Double, Fault, Listing};
use serde_json::{Value, json};

fn client(provider: &Double) -> Client {
    let http = provider.http();
    http.client("https://acme.example/api/v1")
        .expect("an address")
        .header("x-key", &Secret::new("k".to_owned()))
}

fn records(count: usize) -> impl Iterator<Item = Value> {
    (0..count).map(|id| json!({ "id": id }))
}

fn ids(list: &Value) -> Vec<u64> {
    list.as_array().expect("a list").iter().map(|one| one["id"].as_u64().expect("an id")).collect()
}

#[tokio::test]
async fn a_list_by_offset_and_by_page() {
    let provider = Double::new()
        .list("users", Listing::offset("limit", "skip").items("data.users").total("total"), records(5))
        .list("teams", Listing::page("page", "per_page"), records(5));
    let users = client(&provider).get("users").query("limit", 2).query("skip", 4);
    let page: Value = users.json().await.expect("a page");
    assert_eq!((ids(&page["data"]["users"]), &page["total"]), (vec![4], &json!(5)));
    let teams = client(&provider).get("teams").query("page", 2).query("per_page", 2);
    assert_eq!(ids(&teams.json().await.expect("a page")), [2, 3]);
    provider.assert_asked();
    assert_eq!(provider.asked(), ["GET /api/v1/users?limit=2&skip=4", "GET /api/v1/teams?page=2&per_page=2"]);
}

#[tokio::test]
async fn a_list_by_cursor_ends_with_null() {
    let listing = Listing::cursor("cursor", "meta.next").items("data").at_most(2);
    let provider = Double::new().list("users", listing, records(3));
    let first: Value = client(&provider).get("users").json().await.expect("a page");
    assert_eq!(ids(&first["data"]), [0, 1]);
    let cursor = first["meta"]["next"].as_str().expect("a cursor");
    let last: Value = client(&provider).get("users").query("cursor", cursor).json().await.expect("a page");
    assert_eq!((ids(&last["data"]), &last["meta"]["next"]), (vec![2], &Value::Null));
}

#[tokio::test]
async fn an_answer_that_comes_again_is_the_one_before() {
    let provider = Double::new().list("users", Listing::offset("limit", "skip"), records(4)).fault(
        "users",
        2,
        Fault::Again,
    );
    let page = |skip: u64| {
        let request = client(&provider).get("users").query("limit", 2).query("skip", skip);
        async move { ids(&request.json().await.expect("a page")) }
    };
    assert_eq!(page(0).await, [0, 1]);
    assert_eq!(page(2).await, [0, 1], "the fault");
    assert_eq!(page(2).await, [2, 3]);
    provider.assert_asked();
}

#[tokio::test]
#[should_panic(expected = "the fault at request 2 of `users` never took place: there were 1")]
async fn a_fault_that_never_took_place_is_no_test() {
    let provider = Double::new().list("users", Listing::whole(), records(1)).fault("users", 2, Fault::Reset);
    client(&provider).get("users").accepted().await.expect("an answer");
    provider.assert_asked();
}

#[tokio::test]
#[should_panic(
    expected = "- `GET /api/v1/groups` was asked for, and the double has nothing there\n- `users` was never asked for"
)]
async fn unused_routes_and_unknown_requests_are_reported() {
    let provider = Double::new().list("users", Listing::whole(), records(1));
    client(&provider).get("groups").accepted().await.expect_err("404");
    provider.assert_asked();
}
