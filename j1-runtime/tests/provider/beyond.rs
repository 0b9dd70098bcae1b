//! Lists by number whose pages are not where they are looked for: before the first one, after an empty one, or elsewhere since
//! the provider sends fewer records than requested.

use j1_core::Secret;
use j1_runtime::provider::Paging;
use serde_json::{Value, json};

use crate::list::{Row, number, read, rows};
use crate::server::{Asked, Provider, Reply, http};

const PAGE: Paging = Paging::page("page", "limit", 10).items("items");
const ALIGNED: Paging = Paging::aligned_offset("limit", "skip", 10).items("items");

/// The records of a page of so many records by the parameters of the request, of a list that begins with page 1.
fn page(asked: &Asked, all: usize) -> Vec<Value> {
    let limit = number(asked, "limit");
    let skip =
        asked.query("page").map_or_else(|| number(asked, "skip"), |_| (number(asked, "page") - 1) * limit);
    rows((0..all).skip(skip).take(limit))
}

fn items(records: &[Value]) -> Reply {
    Reply::json(&json!({ "items": records }))
}

// guarantee: end: page: partial
#[tokio::test]
async fn an_empty_page_with_another_one_after_it_is_no_end() {
    for paging in [PAGE, ALIGNED] {
        // The provider takes ten records and leaves out those that the credentials may not see: all of the third page.
        let filtered = |asked: &Asked| {
            let is_third = number(asked, "page") == 3 || number(asked, "skip") == 20;
            items(&if is_third { Vec::new() } else { page(asked, 47) })
        };
        let list = read(paging.clone(), filtered).await;
        assert_eq!(list.ids.len(), 20);
        assert!(list.reason().contains("the one after it has some"), "{}", list.reason());
        // The second page after one that is full is all there is.
        for status in [200, 404, 400] {
            let whole = move |asked: &Asked| {
                let records = page(asked, 20);
                let is_after_the_end = number(asked, "page") > 3 || number(asked, "skip") > 20;
                if is_after_the_end { Reply::status(status, "{\"items\":[]}") } else { items(&records) }
            };
            let list = read(paging.clone(), whole).await;
            assert!(list.is_complete() && list.ids.len() == 20, "{status} {:?}", list.outcome);
            assert_eq!(list.asked.len(), 3 + 3 + 1, "two passes, and a look at the page after the end");
        }
        let broken = |asked: &Asked| {
            let is_after_the_end = number(asked, "page") > 3 || number(asked, "skip") > 20;
            if is_after_the_end { Reply::status(403, "") } else { items(&page(asked, 20)) }
        };
        assert!(read(paging, broken).await.outcome.is_err(), "a refusal shows nothing");
    }
}

/// Each page begins with the last record of the page before, until there are no others on it.
#[tokio::test]
async fn a_page_of_nothing_but_the_overlap_with_another_one_after_it_is_no_end() {
    const OFFSET: Paging = Paging::offset("limit", "skip", 10).items("items");
    let filtered = |asked: &Asked| {
        let records = (0..60).skip(number(asked, "skip")).take(10);
        items(&rows(records.filter(|id| !(10..28).contains(id))))
    };
    let list = read(OFFSET, filtered).await;
    assert_eq!(list.ids.len(), 10);
    assert!(list.reason().contains("the one after it has some"), "{}", list.reason());
    let list = read(OFFSET, |asked| items(&page(asked, 20))).await;
    assert!(list.is_complete() && list.ids.len() == 20, "{:?}", list.outcome);
}

#[tokio::test]
async fn a_list_that_something_counts_is_not_looked_beyond() {
    for counted in [PAGE.total("total"), PAGE] {
        let respond = |asked: &Asked| Reply::json(&json!({ "items": page(asked, 25), "total": 25 }));
        let list = read(counted, respond).await;
        assert!(list.is_complete(), "{:?}", list.outcome);
        assert_eq!(list.asked.len(), 4 + 4);
    }
    // A few records are less than a page, whatever the provider grants.
    let list = read(PAGE, |asked| items(&page(asked, 7))).await;
    assert!(list.is_complete() && list.asked.len() == 2, "{:?}", list.outcome);
}

#[tokio::test]
async fn a_first_page_that_is_shorter_than_requested_may_hide_records() {
    let page_of_100 = Paging::page("page", "limit", 100).items("items");
    let aligned_by_100 = Paging::aligned_offset("limit", "skip", 100).items("items");
    for paging in [page_of_100, aligned_by_100] {
        for granted in [40, 50] {
            // As many as were requested are skipped, and fewer are sent.
            let capped = move |asked: &Asked| {
                let mut records = page(asked, 80);
                records.truncate(granted);
                items(&records)
            };
            let list = read(paging.clone(), capped).await;
            let reason = list.reason();
            assert!(
                reason.contains(&format!("has {granted} records on its first page where 100")),
                "{reason}"
            );
            let list = read(paging.clone(), move |asked| items(&page(asked, granted))).await;
            assert!(list.is_complete() && list.ids.len() == granted, "{:?}", list.outcome);
        }
    }
}

#[tokio::test]
async fn a_first_page_that_has_one_before_it_is_partial() {
    // The number of the first page is 0, and 1 is declared.
    let from_zero = |about: fn(usize) -> Value| {
        move |asked: &Asked| {
            let at = number(asked, "page");
            let mut body = about(at);
            body["items"] = json!(rows((0..15).skip(at * 10).take(10)));
            Reply::json(&body)
        }
    };
    let abouts: [fn(usize) -> Value; 6] = [
        |at| json!({ "first": at == 0 }),
        |at| json!({ "meta": { "prev": if at > 0 { json!("/things?page=0") } else { Value::Null } } }),
        |at| json!({ "_links": { "previous": { "href": if at > 0 { "/things" } else { "" } } } }),
        |at| json!({ "hasPreviousPage": at > 0 }),
        |at| json!({ "has_prev": if at > 0 { "true" } else { "false" } }),
        |_| json!({ "totalPages": 2 }),
    ];
    for about in abouts {
        let list = read(PAGE, from_zero(about)).await;
        assert!(!list.is_complete() && list.ids.len() == 5, "{} {:?}", about(1), list.outcome);
        let list = read(Paging::page_from(0, "page", "limit", 10).items("items"), from_zero(about)).await;
        assert!(list.is_complete() && list.ids.len() == 15, "{} {:?}", about(1), list.outcome);
    }
    let link = |asked: &Asked| items(&page(asked, 5)).header("link", "</things?page=0>; rel=\"prev\"");
    let reason = read(PAGE, link).await.reason();
    assert!(reason.contains("another one before it: the header `Link`"), "{reason}");
    // A number may be that of the page itself, and lists with a cursor lead back in time.
    for about in [json!({ "prev_page": 1 }), json!({ "previous": false }), json!({ "prevPageToken": "" })] {
        let respond = move |asked: &Asked| {
            let mut body = about.clone();
            body["items"] = json!(page(asked, 5));
            Reply::json(&body)
        };
        let list = read(PAGE, respond).await;
        assert!(list.is_complete(), "{:?}", list.outcome);
    }
    let back =
        |_: &Asked| Reply::json(&json!({ "items": rows(0..3), "next": null, "prev": "/things?before=1" }));
    assert!(read(Paging::cursor("cursor", "next").items("items"), back).await.is_complete());
}

#[tokio::test]
async fn a_count_of_the_page_ends_no_list_however_many_records_the_provider_grants() {
    let paging = Paging::offset("limit", "skip", 100).items("items").total("count").until_total();
    let capped = |asked: &Asked| {
        let records = rows((0..80).skip(number(asked, "skip")).take(40));
        Reply::json(&json!({ "items": records, "count": records.len().to_string() }))
    };
    let list = read(paging, capped).await;
    assert_eq!(list.sorted(), (0..80).collect::<Vec<_>>());
    assert!(!list.is_complete(), "the count says something else each time");
}

#[tokio::test]
async fn a_next_url_keeps_its_bytes_beside_a_key_in_the_query() {
    const NEXT: &str = "/things?sig=a%2Bb%20c~*%FF;x&flag&at=a+b:/&key=of-the-provider";
    let provider = Provider::responding(|asked| match asked.query("sig") {
        None => Reply::json(&json!({ "items": rows(0..3), "next": NEXT })),
        Some(_) => Reply::json(&json!({ "items": rows(3..5), "next": null })),
    })
    .await;
    let client = http().client(&provider.base).expect("a URL");
    let client = client.query_key("key", &Secret::new("key-of-acme".to_owned()));
    let list = client.get("things").query("q", "ä b").pages::<Row>(Paging::next_url("next").items("items"));
    let (records, outcome) = list.all().await.expect("a list");
    assert!(outcome.is_complete() && records.len() == 5);
    let targets: Vec<_> = provider.asked().into_iter().map(|asked| asked.target).collect();
    assert_eq!(
        targets,
        ["/things?q=%C3%A4+b&key=key-of-acme", "/things?sig=a%2Bb%20c~*%FF;x&flag&at=a+b:/&key=key-of-acme"]
    );
}

#[tokio::test]
async fn a_cursor_comes_back_as_it_was_sent() {
    const ODD: &str = "a+b/c=d&e ü😀%2F\"#?";
    let respond = |asked: &Asked| match asked.query("cursor").as_deref() {
        None => Reply::json(&json!({ "items": rows(0..3), "next": ODD })),
        Some(ODD) => Reply::json(&json!({ "items": rows(3..5), "next": "" })),
        Some(_) => Reply::status(400, ""),
    };
    let list = read(Paging::cursor("cursor", "next").items("items"), respond).await;
    assert!(list.is_complete() && list.ids.len() == 5, "{:?}", list.outcome);
    // None of these ends the list: the provider decides what they lead to.
    for next in [json!("null"), json!(" "), json!(0), json!("-1"), json!([]), json!({}), json!(true)] {
        let respond = move |asked: &Asked| match asked.query("cursor") {
            None => Reply::json(&json!({ "items": rows(0..3), "next": next })),
            Some(_) => Reply::json(&json!({ "items": rows(0..3), "next": "a" })),
        };
        assert!(read(Paging::cursor("cursor", "next").items("items"), respond).await.outcome.is_err());
    }
}
