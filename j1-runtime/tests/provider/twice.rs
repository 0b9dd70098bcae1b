//! A record that comes twice in one response, where something compares the number of records with another one: a list cut at
//! a number has one record more, and one that lacks a record has as many as it counts.

use j1_core::report::Marks;
use j1_runtime::provider::{Nested, Paging};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::list::{Read, number, read, rows};
use crate::server::{Asked, Provider, Reply, http};

/// As many different records, and the first of them once more.
fn twice(different: usize) -> Vec<Value> {
    rows((0..different).chain([0]))
}

async fn whole(paging: Paging, body: Value) -> Read {
    read(paging.items("items"), move |_| Reply::json(&body)).await
}

#[tokio::test]
async fn a_limit_is_reached_by_different_records() {
    for different in [25, 100, 140] {
        let body = json!({ "items": twice(different), "limit": different });
        let list = whole(Paging::whole(), body.clone()).await;
        assert!(list.reason().contains(&format!("`limit` is {different}")), "{}", list.reason());
        assert!(whole(Paging::whole().uncapped(), body).await.is_complete());
        // A total says that these are all.
        for total in [different, different + 2] {
            let body = json!({ "items": twice(different), "limit": 140, "total": total });
            let paging = Paging::whole().ignoring(&["none"]);
            let list = whole(paging, body).await;
            let is_usual = different == 100;
            let more = total > different;
            assert_eq!(list.is_complete(), !is_usual && !more, "{total}: {:?}", list.outcome);
        }
    }
    assert!(whole(Paging::whole(), json!({ "items": twice(25), "limit": 24 })).await.is_complete());
}

/// Providers count a record that comes twice once or twice, and never once and a half.
#[tokio::test]
async fn a_count_is_that_of_all_or_of_different_records() {
    for members in [
        json!({ "total": 12 }),
        json!({ "meta": { "totalCount": "12" } }),
        json!({ "total": { "value": 12, "relation": "eq" } }),
    ] {
        for (items, complete) in [
            (twice(12), true),
            (twice(11), true),
            (twice(10), false),
            (rows((0..11).chain([0, 1])), false),
            (rows((0..12).chain([0, 1])), true),
        ] {
            let came = items.len();
            let mut body = members.clone();
            body["items"] = json!(items);
            let list = whole(Paging::whole(), body.clone()).await;
            assert_eq!(list.is_complete(), complete, "{members}, {came}: {:?}", list.outcome);
            assert!(
                complete || came == 11 || list.reason().contains("11 different ones came"),
                "{}",
                list.reason()
            );
        }
    }
    let declared = || Paging::whole().total("total");
    for (items, complete) in [(twice(11), true), (twice(12), true), (rows((0..11).chain([0, 1])), false)] {
        let body = json!({ "items": items, "total": 12 });
        let list = whole(declared(), body.clone()).await;
        assert_eq!(list.is_complete(), complete, "{:?}", list.outcome);
        assert!(
            complete || list.reason().contains("12 records by its own count, and 11"),
            "{}",
            list.reason()
        );
        // What counts in another way is declared to do so.
        assert!(whole(declared().records_repeat(), body).await.is_complete());
    }
}

/// Rows of a query that joins are counted by its limit, and the records by its total.
#[tokio::test]
async fn a_total_ends_no_list_with_fewer_different_records() {
    let respond = |asked: &Asked| {
        let begin = asked.query("after").map_or(0, |after| after.parse().expect("a number"));
        let all = rows([0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        let end = (begin + 4).min(13);
        Reply::json(&json!({ "items": all[begin..end], "total": 12, "next": end.to_string() }))
    };
    let paging = Paging::cursor("after", "next").items("items").total("total").until_total();
    let list = read(paging, respond).await;
    assert!(list.ids.contains(&11), "{:?}", list.ids);
    assert!(
        list.reason().contains("12 records by its own count, by which it ends, but 13 came"),
        "{}",
        list.reason()
    );
}

/// The provider grants 50 records, and one comes twice.
#[tokio::test]
async fn a_usual_page_is_one_of_different_records() {
    for paging in [
        Paging::next_url("nxt").items("items").ignoring(&["next"]),
        Paging::cursor("cursor", "nxt").items("items").ignoring(&["next"]),
        Paging::link().items("items").ignoring(&["next"]),
    ] {
        let granted = |_: &Asked| Reply::json(&json!({ "items": twice(50) }));
        let list = read(paging.size("limit", 100), granted).await;
        assert!(list.reason().contains(".one_page()"), "{}", list.reason());
    }
    // Pages by number: the second is empty for a moment, and one pass is not enough.
    let blank = |asked: &Asked| {
        let all = if asked.before == 0 { twice(50) } else { Vec::new() };
        Reply::json(&json!({ "items": if number(asked, "page") == 1 { twice(50) } else { all } }))
    };
    let list = read(Paging::page("page", "limit", 100).items("items"), blank).await;
    assert_eq!(list.asked.len(), 4, "two passes");
}

/// The first page has the header, and one record twice; the second one, which is as long, lost the header on the way.
#[tokio::test]
async fn a_page_is_as_long_as_its_different_records() {
    let respond = |asked: &Asked| {
        if asked.target.contains("page=2") {
            return Reply::json(&json!(rows(10..20)));
        }
        Reply::json(&json!(twice(10))).header("link", "</things?page=2>; rel=\"next\"")
    };
    let list = read(Paging::link(), respond).await;
    assert!(list.reason().contains("without the header `Link`"), "{}", list.reason());
}

/// Counts that are those of the page, though the provider was asked for longer pages.
#[tokio::test]
async fn a_count_of_the_first_page_ends_no_list() {
    for page in [twice(100), rows(0..50), rows(0..100)] {
        let count = page.len();
        let respond = move |asked: &Asked| match number(asked, "skip") {
            0 => Reply::json(&json!({ "items": page, "count": count })),
            _ => Reply::json(&json!({ "items": rows(count - 1..count + 10), "count": 11 })),
        };
        let paging =
            Paging::offset("limit", "skip", 100).items("items").total("count").until_total().single_pass();
        let list = read(paging, respond).await;
        assert!(list.outcome.is_err() || !list.is_complete(), "{count}: {:?}", list.ids);
    }
}

#[test]
fn a_nested_list_counts_different_records() {
    let complete = |list: Value| {
        let list: Nested<Value> = serde_json::from_value(list).expect("a list");
        list.into_parts("a list").1.is_complete()
    };
    assert!(complete(json!({ "items": twice(2), "total": 3 })));
    assert!(!complete(json!({ "items": rows([1, 2, 1, 2]), "total": 3 })));
    assert!(complete(json!({ "items": twice(3), "total": 3 })));
    assert!(!complete(json!({ "items": twice(3), "limit": 3 })));
    assert!(complete(json!({ "items": twice(3), "limit": 5 })));
}

#[derive(Deserialize)]
struct Row {
    #[expect(dead_code, reason = "only the number of records matters")]
    id: usize,
}

#[tokio::test]
async fn a_list_read_as_one_value_counts_different_records() {
    for (records, header, lost) in [
        (twice(10), ("x-total-count", "12"), true),
        (twice(11), ("x-total-count", "12"), false),
        (rows((0..11).chain([0, 1])), ("x-total-count", "12"), true),
        (twice(12), ("x-total-count", "12"), false),
        (twice(100), ("x-any", "1"), true),
        (rows(0..100), ("x-any", "1"), true),
        (rows(0..101), ("x-any", "1"), false),
        (rows(0..2500), ("x-any", "1"), true),
        (rows(0..3000), ("x-any", "1"), true),
        (twice(25), ("x-per-page", "25"), true),
        (rows(0..25), ("x-per-page", "25"), true),
        (rows(0..24), ("x-per-page", "25"), false),
        (rows(0..3), ("x-total-pages", "2"), true),
        (rows(0..3), ("x-total-pages", "1"), false),
    ] {
        let count = records.len();
        let respond = move |_: &Asked| Reply::json(&json!(records)).header(header.0, header.1);
        let provider = Provider::responding(respond).await;
        let client = http().client(&provider.base).expect("a URL");
        let marks = Marks::default();
        let read = marks.scope(client.get("things").json::<Vec<Row>>()).await.expect("a list");
        assert_eq!(read.len(), count);
        assert_eq!(!marks.losses().is_empty(), lost, "{count}, {header:?}: {:?}", marks.losses());
    }
}
