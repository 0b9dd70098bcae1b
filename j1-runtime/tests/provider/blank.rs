//! Pages without records: the end of a list, or a moment in which the provider found nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use j1_runtime::provider::Paging;
use serde_json::json;

use crate::list::{number, read, rows};
use crate::server::{Asked, Reply};

const ALL: usize = 23;
const SIZE: usize = 5;

/// A provider that pages by the last id. Its responses number `blank` and following are as `without` makes them.
fn by_id(
    blank: std::ops::Range<usize>,
    without: fn() -> Reply,
) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| {
        if blank.contains(&asked.before) {
            return without();
        }
        let begin = asked.query("after").map_or(0, |id| id.parse::<usize>().expect("an id") + 1);
        let end = (begin + SIZE).min(ALL);
        let next = (end < ALL).then(|| (end - 1).to_string());
        let body = json!({ "items": rows(begin..end), "next": next, "more": next.is_some(), "url": next.as_ref().map(|id| format!("/things?after={id}")) });
        Reply::json(&body)
    }
}

fn nothing() -> Reply {
    Reply::json(&json!({ "items": [], "next": null }))
}

// guarantee: end: after: partial
#[tokio::test]
async fn a_blank_page_in_the_middle_is_requested_again() {
    let after = || Paging::after("after", "id").items("items");
    let cursor = || Paging::cursor("after", "next").items("items");
    for blank in 1..5 {
        for (paging, without) in [
            (after(), nothing as fn() -> Reply),
            (after().size("limit", SIZE as u64), nothing),
            (after().no_content_is_empty(), || Reply::status(204, "")),
            (cursor(), nothing),
            (cursor().no_content_is_empty(), || Reply::status(204, "")),
            (cursor().missing_is_empty(), || Reply::json(&json!({}))),
            (Paging::next_url("url").items("items"), nothing),
            (cursor().has_more("more").no_content_is_empty(), || Reply::status(204, "")),
        ] {
            let what = format!("{blank}, {paging:?}");
            let list = read(paging, by_id(blank..blank + 1, without)).await;
            assert!(list.is_complete(), "{what}: {:?}", list.outcome);
            assert_eq!(list.ids, (0..ALL).collect::<Vec<_>>(), "{what}");
        }
    }
}

#[tokio::test]
async fn a_page_that_stays_blank_is_the_end_after_one_more_request() {
    let after = || Paging::after("after", "id").items("items");
    let list = read(after(), by_id(0..0, nothing)).await;
    assert!(list.is_complete() && list.ids.len() == ALL, "{:?}", list.outcome);
    assert_eq!(list.asked.len(), 5 + 2);
    // Nothing at all, and less than a page: there is no middle.
    let list = read(after(), by_id(0..9, nothing)).await;
    assert!(list.is_complete() && list.asked.len() == 1, "{:?}", list.outcome);
    let few = |asked: &Asked| {
        Reply::json(&json!({ "items": if asked.before == 0 { rows(0..3) } else { Vec::new() } }))
    };
    let list = read(after().size("limit", SIZE as u64), few).await;
    assert!(list.is_complete() && list.asked.len() == 2, "{:?}", list.outcome);
    // The member says that there is no more.
    let says_so = |asked: &Asked| match asked.before {
        0 => Reply::json(&json!({ "items": rows(0..3), "next": "2", "more": true })),
        _ => Reply::json(&json!({ "items": [], "next": null, "more": false })),
    };
    let list = read(Paging::cursor("after", "next").items("items").has_more("more"), says_so).await;
    assert!(list.is_complete() && list.asked.len() == 2, "{:?}", list.outcome);
    // A cursor to a page without records: the last page was full.
    let full = |asked: &Asked| match asked.before {
        0 => Reply::json(&json!({ "items": rows(0..3), "next": "2" })),
        _ => nothing(),
    };
    let list = read(Paging::cursor("after", "next").items("items"), full).await;
    assert!(list.is_complete() && list.asked.len() == 3, "{:?}", list.outcome);
}

/// The provider moves on with each request, also with one to which it sends nothing.
#[tokio::test]
async fn a_blank_page_of_a_provider_that_moves_on_is_not_passed_over() {
    for blank in 1..4 {
        let position = AtomicUsize::new(0);
        let respond = move |asked: &Asked| {
            let begin = if asked.query("after").is_some() { position.load(Ordering::SeqCst) } else { 0 };
            let end = (begin + SIZE).min(ALL);
            position.store(end, Ordering::SeqCst);
            if asked.before == blank {
                return nothing();
            }
            let next = (end < ALL).then(|| format!("{}-{end}", asked.before));
            Reply::json(&json!({ "items": rows(begin..end), "next": next }))
        };
        let list = read(Paging::cursor("after", "next").items("items"), respond).await;
        let all = list.sorted() == (0..ALL).collect::<Vec<_>>();
        assert!(all || !list.is_complete(), "{blank}: {:?}", list.ids);
    }
}

#[tokio::test]
async fn evidence_on_a_blank_page_is_not_lost() {
    let says_more = || Reply::json(&json!({ "items": [], "next": null, "has_more": true }));
    let list = read(Paging::cursor("after", "next").items("items"), by_id(1..2, says_more)).await;
    assert!(list.reason().contains("`has_more` is true"), "{}", list.reason());
}

/// A count that counts the page ends no list: the next page is requested, and contradicts it.
#[tokio::test]
async fn a_declared_total_that_counts_the_page_does_not_end_the_list() {
    let counts_the_page = |asked: &Asked| {
        let limit = number(asked, "limit").max(1);
        let begin = match asked.query("page") {
            Some(_) => (number(asked, "page") - 1) * limit,
            None => number(asked, "skip"),
        };
        let page = rows(begin.min(ALL)..(begin + limit).min(ALL));
        Reply::json(&json!({ "items": page, "count": page.len() }))
    };
    let size = SIZE as u64;
    for paging in [
        Paging::offset("limit", "skip", size),
        Paging::aligned_offset("limit", "skip", size),
        Paging::page("page", "limit", size),
    ] {
        let what = format!("{paging:?}");
        let list = read(paging.items("items").total("count").until_total(), counts_the_page).await;
        assert!(!list.is_complete(), "{what}: {:?}", list.ids);
    }
    // All of it is one full page.
    let one_page = |asked: &Asked| {
        let begin = number(asked, "skip").min(SIZE);
        Reply::json(&json!({ "items": rows(begin..SIZE), "count": SIZE }))
    };
    let paging = Paging::offset("limit", "skip", size).items("items").total("count").until_total();
    let list = read(paging, one_page).await;
    assert!(list.is_complete() && list.ids.len() == SIZE, "{:?}", list.outcome);
    assert_eq!(list.asked.len(), 2);
}

/// Each response is the first page, and counts it: neither that count nor the page that comes again is the end.
#[tokio::test]
async fn a_provider_that_ignores_the_offset_proves_no_end() {
    // In the second, one record comes four times.
    for ids in [[0, 1, 2, 3, 4], [0, 0, 0, 0, 1]] {
        let paging = Paging::offset("limit", "skip", SIZE as u64).items("items").total("count").until_total();
        let page = move |_: &Asked| Reply::json(&json!({ "items": rows(ids), "count": SIZE }));
        let error = read(paging, page).await.outcome.expect_err("an error").to_string();
        assert!(error.contains("repeats an earlier page"), "{error}");
    }
}
