//! Requests that are sent again after a response was lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use j1_runtime::provider::{Http, Incoming, Outgoing, Paging, Unanswered};
use serde_json::{Value, json};

use crate::list::{Row, read, read_with, rows};
use crate::server::{Asked, Reply};

const ALL: usize = 23;
const SIZE: usize = 5;

/// A provider that keeps the position in the list, and moves on with each request that has a cursor. It loses the response to
/// the `lost`th request after the work is done.
fn scroll(lost: usize, renames: bool) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let position = AtomicUsize::new(0);
    move |asked| {
        let scrolls = asked.query("scroll").is_some() || asked.body.contains("scroll");
        let begin = if scrolls { position.load(Ordering::SeqCst) } else { 0 };
        position.store((begin + SIZE).min(ALL), Ordering::SeqCst);
        let items = rows(begin..(begin + SIZE).min(ALL));
        let next = if renames { format!("s{}", asked.before) } else { "s".to_owned() };
        let body = json!({ "items": items, "scroll_id": next });
        if asked.before == lost { Reply::Reset(body.to_string()) } else { Reply::json(&body) }
    }
}

// guarantee: lost: scroll: yes
#[tokio::test]
async fn a_scroll_whose_response_was_lost_is_read_from_the_beginning() {
    for lost in 0..6 {
        let paging = Paging::scroll("scroll", "scroll_id").items("items").until_empty();
        let list = read(paging, scroll(lost, false)).await;
        assert!(list.is_complete(), "{lost}: {:?}", list.outcome);
        assert_eq!(list.sorted(), (0..ALL).collect::<Vec<_>>(), "{lost}: each comes once");
    }
}

// guarantee: lost: cursor: yes
#[tokio::test]
async fn a_cursor_that_turns_out_to_be_a_scroll_is_noticed() {
    for lost in 0..6 {
        let paging = Paging::cursor("scroll", "scroll_id").items("items").until_empty();
        let list = read(paging, scroll(lost, true)).await;
        assert!(
            !list.is_complete() || list.sorted() == (0..ALL).collect::<Vec<_>>(),
            "{lost}: {:?}",
            list.ids
        );
        assert_eq!(list.sorted(), (0..ALL).collect::<Vec<_>>(), "{lost}: each comes once");
    }
}

#[tokio::test]
async fn a_server_error_after_the_work_is_a_lost_response() {
    let position = AtomicUsize::new(0);
    let flaky = move |asked: &Asked| {
        let begin = if asked.query("scroll").is_some() { position.load(Ordering::SeqCst) } else { 0 };
        position.store((begin + SIZE).min(ALL), Ordering::SeqCst);
        if asked.before == 2 {
            return Reply::status(502, "bad gateway");
        }
        Reply::json(&json!({ "items": rows(begin..(begin + SIZE).min(ALL)), "scroll_id": "s" }))
    };
    let list = read(Paging::scroll("scroll", "scroll_id").items("items").until_empty(), flaky).await;
    assert!(list.is_complete() && list.sorted() == (0..ALL).collect::<Vec<_>>(), "{:?}", list.outcome);
}

// guarantee: lost: whole: yes
#[tokio::test]
async fn a_post_that_consumes_what_it_returns_is_noticed() {
    let queue = |lost: usize| {
        let position = AtomicUsize::new(0);
        move |asked: &Asked| {
            let begin = position.fetch_add(SIZE, Ordering::SeqCst).min(ALL);
            let body = json!({ "items": rows(begin..(begin + SIZE).min(ALL)) });
            if asked.before == lost { Reply::Reset(body.to_string()) } else { Reply::json(&body) }
        }
    };
    for lost in 0..2 {
        let list = read_with(
            |client| client.post("queue").json_body(&json!({})).pages(Paging::whole().items("items")),
            queue(lost),
        )
        .await;
        assert_eq!(list.is_complete(), lost != 0, "{lost}: {:?}", list.outcome);
    }
}

#[tokio::test]
async fn a_cursor_that_returns_the_same_page_again_costs_one_more_request() {
    for changing in [false, true] {
        let stateless = move |asked: &Asked| {
            let begin = asked.query("cursor").map_or(0, |cursor| cursor[1..].parse().expect("a number"));
            let end = (begin + SIZE).min(ALL);
            let next = (end < ALL).then(|| format!("c{end}"));
            let mut items = rows(begin..end);
            if changing {
                items.iter_mut().for_each(|row| row["seen"] = json!(asked.before));
            }
            let body = json!({ "items": items, "next": next });
            if asked.before == 2 { Reply::Reset(body.to_string()) } else { Reply::json(&body) }
        };
        let list = read(Paging::cursor("cursor", "next").items("items"), stateless).await;
        assert!(list.is_complete() && list.ids == (0..ALL).collect::<Vec<_>>(), "{:?}", list.outcome);
        assert_eq!(list.asked.len(), 5 + 2);
    }
}

/// A provider in this process, under tokio's paused time, whose third response is late.
fn late(position: Arc<AtomicUsize>) -> Http {
    Http::service(move |request: Outgoing| {
        let position = Arc::clone(&position);
        async move {
            let scrolls = request.url.query().is_some_and(|query| query.contains("scroll"));
            let begin = if scrolls { position.load(Ordering::SeqCst) } else { 0 };
            position.store((begin + SIZE).min(ALL), Ordering::SeqCst);
            if begin == 2 * SIZE {
                tokio::time::sleep(Duration::from_secs(40)).await;
            }
            let body: Value = json!({ "items": rows(begin..(begin + SIZE).min(ALL)), "scroll_id": "s" });
            Ok::<_, Unanswered>(Incoming {
                status: 200,
                body: body.to_string().into(),
                ..Incoming::default()
            })
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_step_gave_up_may_have_been_taken() {
    let client = late(Arc::default()).client("https://acme.example").expect("a URL");
    let paging = Paging::scroll("scroll", "scroll_id").items("items").until_empty();
    let mut list = client.get("things").pages::<Row>(paging);
    let mut ids = Vec::new();
    loop {
        if let Ok(row) = tokio::time::timeout(Duration::from_secs(30), list.next()).await {
            match row.expect("it comes") {
                Some(row) => ids.push(row.id),
                None => break,
            }
        }
    }
    ids.sort_unstable();
    let complete = list.finish().expect("an outcome").is_complete();
    assert!(!complete || ids == (0..ALL).collect::<Vec<_>>(), "{ids:?}");
}

#[tokio::test(start_paused = true)]
async fn a_graphql_query_that_was_one_too_many_is_sent_again() {
    let count: Arc<AtomicUsize> = Arc::default();
    let seen = Arc::clone(&count);
    let http = Http::service(move |_| {
        let nth = seen.fetch_add(1, Ordering::SeqCst);
        async move {
            let body = if nth < 2 {
                json!({ "errors": [{ "type": "RATE_LIMITED", "message": "API rate limit exceeded" }] })
            } else {
                let things =
                    json!({ "nodes": rows(0..3), "pageInfo": { "hasNextPage": false, "endCursor": null } });
                json!({ "data": { "things": things } })
            };
            Ok::<_, Unanswered>(Incoming {
                status: 200,
                body: body.to_string().into(),
                ..Incoming::default()
            })
        }
    });
    let client = http.client("https://acme.example").expect("a URL");
    let list =
        client.graphql("graphql", "query { … }", &json!({})).pages::<Row>(Paging::graphql("data.things"));
    let (rows, outcome) = list.all().await.expect("the third time");
    assert!(rows.len() == 3 && outcome.is_complete(), "{outcome:?}");
    assert_eq!(count.load(Ordering::SeqCst), 3);
}
