//! Lists that change while they are read: the end proves nothing about the middle.

use j1_runtime::provider::Paging;
use serde_json::{Value, json};

use crate::list::{Read, number, read, rows};
use crate::server::{Asked, Reply};

const SIZE: usize = 5;

/// A provider whose list is `before` until the first page was sent, and `after` from then on.
fn changing(
    before: Vec<usize>,
    after: Vec<usize>,
    counts: bool,
) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| {
        let all = if asked.before == 0 { &before } else { &after };
        let limit = number(asked, "limit").max(1);
        let begin = if asked.query("page").is_some() {
            (number(asked, "page") - 1) * limit
        } else {
            number(asked, "skip")
        };
        let page: Vec<usize> = all.iter().copied().skip(begin).take(limit).collect();
        match counts {
            true => Reply::json(&json!({ "items": rows(page), "total": all.len() })),
            false => Reply::json(&json!({ "items": rows(page) })),
        }
    }
}

fn styles() -> [Paging; 3] {
    let size = SIZE as u64;
    [
        Paging::offset("limit", "skip", size).items("items"),
        Paging::aligned_offset("limit", "skip", size).items("items"),
        Paging::page("page", "limit", size).items("items"),
    ]
}

/// Every record that is there before and after was read, or the list is partial.
#[track_caller]
fn check(list: &Read, before: &[usize], after: &[usize], what: &str) {
    let missed = before.iter().find(|id| after.contains(id) && !list.ids.contains(id));
    assert!(!list.is_complete() || missed.is_none(), "{what}: {missed:?} is missing in {:?}", list.ids);
}

// guarantee: deletions: offset, aligned_offset, page: yes
#[tokio::test]
async fn a_record_that_is_deleted_behind_the_reader_hides_no_other() {
    let before: Vec<usize> = (0..23).collect();
    for paging in styles() {
        for gone in [0, 4] {
            let after: Vec<usize> = before.iter().copied().filter(|id| *id != gone).collect();
            for paging in [paging.clone(), paging.clone().total("total")] {
                let what = format!("{gone} of {paging:?}");
                let list = read(paging, changing(before.clone(), after.clone(), true)).await;
                check(&list, &before, &after, &what);
                assert!(list.is_complete(), "{what}: it is read again: {:?}", list.outcome);
                assert_eq!(list.sorted(), before, "{what}");
            }
        }
    }
}

/// The same of a list whose records repeat: each record of a later pass that is new is handed out.
#[tokio::test]
async fn a_record_that_is_found_by_a_later_pass_comes_if_records_repeat_too() {
    let (before, after): (Vec<usize>, Vec<usize>) = ((0..23).collect(), (1..23).collect());
    for paging in styles() {
        let list =
            read(paging.clone().records_repeat(), changing(before.clone(), after.clone(), false)).await;
        assert!(list.is_complete(), "{paging:?}: {:?}", list.outcome);
        assert_eq!(list.sorted(), before, "{paging:?}");
    }
}

/// It goes at any moment, from pages of one record as well.
#[tokio::test]
async fn a_record_that_is_deleted_at_any_moment_hides_no_other() {
    let before: Vec<usize> = (0..9).collect();
    for size in [1, 2, 4] {
        for paging in [
            Paging::offset("limit", "skip", size).items("items"),
            Paging::aligned_offset("limit", "skip", size).items("items"),
            Paging::page("page", "limit", size).items("items"),
        ] {
            for (at, gone) in [1, 2, 3, 5, 8].into_iter().flat_map(|at| [(at, 0), (at, 1)]) {
                let after: Vec<usize> = before.iter().copied().filter(|id| *id != gone).collect();
                let provider = changing(before.clone(), after.clone(), false);
                let respond = move |asked: &Asked| {
                    provider(&Asked { before: usize::from(asked.before >= at), ..asked.clone() })
                };
                let list = read(paging.clone(), respond).await;
                check(&list, &before, &after, &format!("{gone} after {at} requests of {paging:?}"));
            }
        }
    }
}

/// The whole list seems to be one full page and the empty one after it.
#[tokio::test]
async fn a_record_that_moved_onto_the_only_page_is_found() {
    let (before, after): (Vec<usize>, Vec<usize>) = ((0..8).collect(), (1..8).collect());
    for paging in [
        Paging::aligned_offset("limit", "skip", 7).items("items"),
        Paging::page("page", "limit", 7).items("items"),
    ] {
        for counts in [false, true] {
            let paging = if counts { paging.clone().total("total") } else { paging.clone() };
            let list = read(paging.clone(), changing(before.clone(), after.clone(), counts)).await;
            check(&list, &before, &after, &format!("{paging:?}"));
        }
        // The count is of something else, and does not fall.
        let provider = changing(before.clone(), after.clone(), false);
        let respond = move |asked: &Asked| {
            let Reply::With(_, _, body) = provider(asked) else { unreachable!("it responds") };
            let mut body: Value = serde_json::from_str(&body).expect("JSON");
            body["total"] = json!(3);
            Reply::json(&body)
        };
        let list = read(paging.clone().total("total"), respond).await;
        check(&list, &before, &after, &format!("a count of something else: {paging:?}"));
    }
}

#[tokio::test]
async fn a_list_that_is_read_once_and_became_shorter_is_not_complete() {
    let (before, after): (Vec<usize>, Vec<usize>) = ((0..23).collect(), (1..23).collect());
    for paging in styles() {
        let paging = paging.single_pass().total("total");
        let list = read(paging.clone(), changing(before.clone(), after.clone(), true)).await;
        check(&list, &before, &after, &format!("{paging:?}"));
    }
}

/// A cursor stands behind a record, wherever that moves.
#[tokio::test]
async fn a_cursor_whose_count_falls_is_read_once() {
    for total in [9, 7] {
        let shrinks = move |asked: &Asked| match asked.query("cursor") {
            None => Reply::json(&json!({ "items": rows(0..5), "next": "a", "total": 10 })),
            Some(_) => Reply::json(&json!({ "items": rows(5..9), "next": null, "total": total })),
        };
        let list = read(Paging::cursor("cursor", "next").items("items").total("total"), shrinks).await;
        assert!(list.is_complete(), "{total}: {:?}", list.outcome);
        assert_eq!((list.ids.len(), list.asked.len()), (9, 2), "{total}");
    }
}

#[tokio::test]
async fn a_page_of_one_record_that_comes_again_and_again_ends_the_list() {
    let same = |_: &Asked| Reply::json(&json!({ "items": rows(0..1) }));
    let list = read(Paging::page("page", "limit", 1).items("items"), same).await;
    let error = list.outcome.expect_err("it has no end");
    assert!(error.to_string().contains("repeats an earlier page"), "{error}");
    assert!(list.asked.len() < 4, "{}", list.asked.len());
}

// guarantee: churn: offset, aligned_offset, page: yes
#[tokio::test]
async fn one_goes_and_one_comes_and_the_total_stays() {
    let before: Vec<usize> = (0..23).collect();
    let after: Vec<usize> = (1..24).collect();
    for paging in styles() {
        let what = format!("{paging:?}");
        let list = read(paging.total("total"), changing(before.clone(), after.clone(), true)).await;
        check(&list, &before, &after, &what);
        assert!(list.is_complete(), "{what}: {:?}", list.outcome);
    }
}

#[tokio::test]
async fn a_new_record_in_front_hides_no_other() {
    let before: Vec<usize> = (1..24).collect();
    let after: Vec<usize> = (0..24).collect();
    for paging in styles() {
        let what = format!("{paging:?}");
        let list = read(paging, changing(before.clone(), after.clone(), false)).await;
        check(&list, &before, &after, &what);
        assert!(list.is_complete(), "{what}: {:?}", list.outcome);
    }
}

#[tokio::test]
async fn a_list_that_never_holds_still_is_partial() {
    for paging in styles() {
        let churn = |asked: &Asked| {
            let from = asked.before;
            changing(Vec::new(), (from..from + 23).collect(), false)(&Asked { before: 1, ..asked.clone() })
        };
        let list = read(paging, churn).await;
        assert!(list.reason().contains("changed while it was read"), "{}", list.reason());
        assert!(list.asked.len() < 40, "{}", list.asked.len());
    }
}

// guarantee: deletions: cursor: partial
// guarantee: churn: cursor: partial
#[tokio::test]
async fn a_list_without_a_stable_order_is_partial() {
    // Two pages overlap, and one record is on neither.
    let cursor = |asked: &Asked| match asked.query("cursor").as_deref() {
        None => Reply::json(&json!({ "items": rows(0..5), "next": "a" })),
        Some("a") => Reply::json(&json!({ "items": rows([5, 6, 2, 7, 8]), "next": "b" })),
        Some(_) => Reply::json(&json!({ "items": rows([9]), "next": null })),
    };
    let list = read(Paging::cursor("cursor", "next").items("items"), cursor).await;
    assert!(list.reason().contains("more than one page"), "{}", list.reason());
    let paging = Paging::cursor("cursor", "next").items("items").records_repeat();
    assert!(read(paging, cursor).await.is_complete());
    // A cursor that includes the record it names does not page on.
    let inclusive = |asked: &Asked| {
        let from = number(asked, "since").min(11);
        let next = if from < 8 { json!(from + 4) } else { json!(null) };
        Reply::json(&json!({ "items": rows(from..(from + 5).min(12)), "next": next }))
    };
    assert!(read(Paging::cursor("since", "next").items("items"), inclusive).await.is_complete());
}

/// One record among many is another one in the second pass: only a third one, which agrees with it, proves the list.
#[tokio::test]
async fn one_record_of_a_long_page_makes_a_pass_another_one() {
    let exchanged = |asked: &Asked| {
        let first = number(asked, "page").saturating_sub(1) * 60;
        let other = |id: usize| if id == 7 && asked.before >= 3 { 999 } else { id };
        Reply::json(&json!({ "items": rows((first.min(120)..(first + 60).min(120)).map(other)) }))
    };
    let list = read(Paging::page("page", "limit", 60).items("items"), exchanged).await;
    assert!(list.is_complete() && list.ids.contains(&999), "{:?}", list.outcome);
    // Three passes of three pages, and the page after the last.
    assert_eq!(list.asked.len(), 3 * 3 + 1);
}

/// Both passes agree, and both have one record on two pages: another one may be on neither.
#[tokio::test]
async fn a_record_that_is_on_two_pages_of_each_pass_is_doubt() {
    let overlapping = |asked: &Asked| {
        let page = match number(asked, "page") {
            1 => vec![0, 1, 2, 3, 4],
            2 => vec![5, 6, 2, 7, 8],
            _ => Vec::new(),
        };
        Reply::json(&json!({ "items": rows(page) }))
    };
    let paging = Paging::page("page", "limit", SIZE as u64).items("items");
    let list = read(paging.clone(), overlapping).await;
    assert!(list.reason().contains("more than one page"), "{}", list.reason());
    assert!(read(paging.records_repeat(), overlapping).await.is_complete());
}

// guarantee: deletions: link: partial
// guarantee: churn: link: partial
#[tokio::test]
async fn numbers_in_links_move_with_the_list_like_any_other() {
    let before: Vec<usize> = (0..23).collect();
    let after: Vec<usize> = (1..23).collect();
    let links = move |asked: &Asked| {
        let page = number(asked, "page").max(1);
        let all = if asked.before == 0 { before.clone() } else { after.clone() };
        let chunk: Vec<usize> = all.chunks(SIZE).nth(page - 1).unwrap_or_default().to_vec();
        let last = page * SIZE >= all.len();
        let rel = if last { "first" } else { "next" };
        Reply::json(&json!(rows(chunk))).header("link", format!("</things?page={}>; rel=\"{rel}\"", page + 1))
    };
    let list = read(Paging::link(), links).await;
    assert_eq!(list.sorted(), (0..23).collect::<Vec<_>>());
    assert!(list.is_complete(), "{:?}", list.outcome);
}

#[tokio::test]
async fn members_that_change_do_not_make_a_record_another_one() {
    for paging in styles() {
        let busy = |asked: &Asked| {
            let limit = number(asked, "limit");
            let begin = match asked.query("page") {
                Some(_) => (number(asked, "page") - 1) * limit,
                None => number(asked, "skip"),
            };
            let seen = asked.before;
            let page = (begin..(begin + limit).min(23)).map(|id| json!({ "lastSeen": seen, "id": id }));
            Reply::json(&json!({ "items": page.collect::<Vec<_>>() }))
        };
        let list = read(paging, busy).await;
        assert!(list.is_complete(), "{:?}", list.outcome);
        assert_eq!(list.sorted(), (0..23).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_short_list_takes_no_second_pass() {
    for (paging, requests) in styles().into_iter().zip([3, 2, 2]) {
        let few: Vec<usize> = (0..3).collect();
        let list = read(paging, changing(few.clone(), few, false)).await;
        assert!(list.is_complete() && list.ids == [0, 1, 2], "{:?}", list.outcome);
        assert_eq!(list.asked.len(), requests);
    }
    let many: Vec<usize> = (0..23).collect();
    let paging = Paging::page("page", "limit", SIZE as u64).items("items").single_pass();
    let list = read(paging, changing(many.clone(), many, false)).await;
    assert!(list.is_complete() && list.asked.len() == 7, "{}", list.asked.len());
}

/// The list of a provider whose cursors are positions, written as `write` does.
fn by_position(write: fn(usize) -> Value) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| {
        let first = usize::from(asked.before != 0);
        let all: Vec<usize> = (first..23).collect();
        let body = || asked.json()["variables"]["after"].clone();
        let cursor = asked
            .query("cursor")
            .map_or_else(|| if asked.body.is_empty() { Value::Null } else { body() }, Value::String);
        let begin = (0..=all.len()).find(|at| same(&write(*at), &cursor)).unwrap_or_default();
        let end = (begin + SIZE).min(all.len());
        let next = if end < all.len() { write(end) } else { Value::Null };
        let page_info = json!({ "hasNextPage": !next.is_null(), "endCursor": next });
        let things = json!({ "nodes": rows(all[begin..end].iter().copied()), "pageInfo": page_info });
        Reply::json(&json!({ "items": things["nodes"], "next": next, "data": { "things": things } }))
    }
}

fn same(cursor: &Value, sent: &Value) -> bool {
    let written = cursor.to_string();
    cursor == sent || sent.as_str() == Some(&*written)
}

fn base64(text: &str) -> Value {
    use base64::Engine as _;
    json!(base64::engine::general_purpose::STANDARD.encode(text))
}

// guarantee: deletions: graphql: partial
// guarantee: churn: graphql: partial
#[tokio::test]
async fn a_cursor_that_hides_a_position_moves_with_the_list() {
    let before: Vec<usize> = (0..23).collect();
    for (what, write) in [
        ("a number under another name", (|at| json!(at)) as fn(usize) -> Value),
        ("a page under another name", |at| json!(at / SIZE + 1)),
        ("base64 of JSON", |at| base64(&json!({ "offset": at }).to_string())),
        ("base64 of a query", |at| base64(&format!("page={}&size=5", at / SIZE + 1))),
        ("a connection over an array", |at| base64(&format!("arrayconnection:{at}"))),
    ] {
        let paging = Paging::cursor("cursor", "next").items("items");
        let list = read(paging, by_position(write)).await;
        check(&list, &before, &before[1..], what);
        assert!(list.is_complete() && list.sorted() == before, "{what}: {:?}", list.outcome);
    }
    let write = |at| base64(&format!("arrayconnection:{at}"));
    let list = crate::list::read_with(
        |client| client.graphql("graphql", "query { … }", &json!({})).pages(Paging::graphql("data.things")),
        by_position(write),
    )
    .await;
    check(&list, &before, &before[1..], "a connection over an array");
    assert!(list.is_complete() && list.sorted() == before, "{:?}", list.outcome);
}

/// Two records of one moment stand on both sides of the end of a page: the second one is not after the first.
#[tokio::test]
async fn a_list_that_goes_on_by_a_member_that_two_records_share_is_partial() {
    let created = [1, 2, 2, 3, 4, 4, 4, 5, 6];
    for size in [3, 4, 5, 9, 20] {
        let respond = move |asked: &Asked| {
            let after = asked.query("after").map_or(0, |text| text.parse::<usize>().expect("a number"));
            let later = created.iter().enumerate().filter(|(_, created)| **created > after);
            let page: Vec<_> =
                later.take(size).map(|(id, created)| json!({ "id": id, "created": created })).collect();
            Reply::json(&json!({ "items": page }))
        };
        let paging = Paging::after("after", "created").items("items").size("limit", size as u64);
        let list = read(paging.clone(), respond).await;
        let missed = list.ids.len() < created.len();
        assert!(!(missed && list.is_complete()), "{size}: {:?}", list.ids);
        // Everything is less than one page.
        assert_eq!(list.is_complete(), size == 20, "{size}: {:?}", list.outcome);
        if size < 20 {
            assert!(list.reason().contains("share"), "{}", list.reason());
        }
        assert!(read(paging.records_repeat(), respond).await.is_complete(), "{size}");
    }
}

/// A cursor of nanoseconds, or an id of more than 64 bits, must not lose digits.
#[tokio::test]
async fn a_cursor_that_is_a_number_is_sent_back_digit_by_digit() {
    for cursor in
        ["1700000000.123456789", "340282366920938463463374607431768211455", "1.50", "12345678901234567890"]
    {
        let body = |next: &str| format!("{{\"items\":[{{\"id\":1,\"at\":{next}}}],\"next\":{next}}}");
        for paging in [Paging::cursor("cursor", "next"), Paging::after("cursor", "at")] {
            let respond = move |asked: &Asked| match asked.query("cursor") {
                None => Reply::With(200, Vec::new(), body(cursor)),
                Some(_) => Reply::json(&json!({ "items": [], "next": null })),
            };
            let list = read(paging.items("items"), respond).await;
            assert_eq!(list.asked[1].query("cursor").as_deref(), Some(cursor));
        }
    }
}
