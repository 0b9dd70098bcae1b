//! Responses that contradict the end of their own list.

use j1_runtime::provider::Paging;
use serde_json::{Value, json};

use crate::list::{read, rows};
use crate::server::Reply;

/// Three records in `items`, beside these members.
fn beside(members: Value) -> Reply {
    let mut body = members;
    body["items"] = json!(rows(0..3));
    Reply::json(&body)
}

// guarantee: end: whole: partial
#[tokio::test]
async fn a_member_that_says_that_there_is_more_makes_a_list_partial() {
    for members in [
        json!({ "has_more": true }),
        json!({ "hasMore": "true" }),
        json!({ "IsTruncated": true }),
        json!({ "truncated": true }),
        json!({ "done": false }),
        json!({ "isLast": false }),
        json!({ "nextPageToken": "abc" }),
        json!({ "@odata.nextLink": "https://graph.example/next" }),
        json!({ "links": { "next": "/things?page=2" } }),
        json!({ "_links": { "next": { "href": "/things?page=2" } } }),
        json!({ "links": [{ "rel": "self", "href": "/a" }, { "rel": "next", "href": "/b" }] }),
        json!({ "response_metadata": { "next_cursor": "dGVhbQ==" } }),
        json!({ "metadata": { "continue": "ENCODED", "remainingItemCount": 9 } }),
        json!({ "total_count": 12 }),
        json!({ "count": "12" }),
        json!({ "total": { "value": 12, "relation": "eq" } }),
        json!({ "meta": { "pagination": { "total_pages": 2 } } }),
        json!({ "info": { "more_records": true } }),
        json!({ "additional_data": { "pagination": { "more_items_in_collection": true } } }),
        json!({ "page_context": { "has_more_page": true } }),
        json!({ "limitReached": true }),
        json!({ "result_truncated": "yes" }),
        json!({ "isFinal": "false" }),
        json!({ "eof": false }),
        json!({ "__next": "https://acme.example/odata?$skiptoken=3" }),
        json!({ "next_page_number": 2 }),
        json!({ "PaginationToken": "abc" }),
        json!({ "continuationToken": { "row": 7 } }),
        json!({ "total": 12.0 }),
        json!({ "total": "1,200" }),
        json!({ "totalCount": { "count": 12 } }),
        json!({ "recordsFiltered": 12 }),
        json!({ "page": 1, "pages": 2 }),
        json!({ "page": { "number": 0, "totalResources": 12 } }),
        json!({ "hydra:totalItems": 12 }),
        json!({ "has_more": 1 }),
        json!({ "num_item": 12 }),
        json!({ "totalItemsCount": 12 }),
        json!({ "nextPageToken": "x".repeat(2000) }),
        json!({ "nextPageToken": "x".repeat(20_000) }),
    ] {
        let said = members.clone();
        let list = read(Paging::whole().items("items"), move |_| beside(members.clone())).await;
        assert_eq!(list.ids, [0, 1, 2]);
        assert!(list.reason().contains("ends after 3 records, but"), "{said}: {}", list.reason());
    }
}

#[tokio::test]
async fn a_member_that_says_that_records_are_missing_makes_a_list_partial() {
    for members in [
        json!({ "incomplete_results": true }),
        json!({ "timed_out": true }),
        json!({ "terminated_early": true }),
        json!({ "_shards": { "total": 5, "successful": 3, "failed": 2 } }),
        json!({ "warnings": ["index 7 is offline"] }),
        json!({ "partialResults": true }),
        json!({ "total": { "value": 3, "relation": "gte" } }),
        json!({ "unreachable": ["zones/a"] }),
        json!({ "UnprocessedKeys": { "things": [7] } }),
        json!({ "meta": { "failures": ["shard 7"] } }),
        json!({ "partialErrors": [{ "code": "TIMEOUT" }] }),
        json!({ "status": "PARTIAL_SUCCESS" }),
        json!({ "meta": { "status": "timeout" } }),
        json!({ "extensions": { "warnings": ["the limit of the query was reached"] } }),
        json!({ "extensions": { "partial": true } }),
        json!({ "relation": "gte" }),
        json!({ "links": [{ "rel": "self", "href": "x".repeat(300_000) }] }),
        json!({ "partialResults": ["x".repeat(20_000)] }),
    ] {
        let said = members.clone();
        let list = read(Paging::whole().items("items"), move |_| beside(members.clone())).await;
        assert_eq!(list.ids, [0, 1, 2]);
        assert!(list.reason().contains("is not a whole page"), "{said}: {}", list.reason());
    }
}

#[tokio::test]
async fn a_member_that_says_that_the_request_failed_is_an_error() {
    for members in [
        json!({ "status": "error" }),
        json!({ "status": 500 }),
        json!({ "ok": "false" }),
        json!({ "success": 0 }),
        json!({ "code": 500 }),
        json!({ "stat": "FAIL" }),
        json!({ "meta": { "error": "quota exceeded" } }),
        json!({ "Errors": ["no"] }),
        json!({ "errorDescription": "quota exceeded" }),
        json!({ "hasErrors": true }),
        json!({ "errors": ["x".repeat(20_000)] }),
        json!({ "responseCode": "503" }),
    ] {
        let said = members.clone();
        let list = read(Paging::whole().items("items"), move |_| beside(members.clone())).await;
        let error = list.outcome.expect_err("an error");
        assert_eq!(error.code().as_str(), "J1-R1002", "{said}: {error}");
    }
}

#[tokio::test]
async fn a_header_that_says_that_there_is_more_makes_a_list_partial() {
    for (name, value) in [
        ("link", "</things?page=2>; rel=\"next\""),
        ("x-total-count", "12"),
        ("content-range", "items 0-2/12"),
        ("x-next-page", "2"),
        ("x-ms-continuation", "abc"),
        ("link", "https://acme.example/things?page=2; rel=next"),
        ("x-wp-total", "12"),
        ("x-wp-totalpages", "2"),
        ("x-pagination", r#"{"TotalCount":12,"PageSize":3}"#),
        ("x-pagination", r#"{"HasNext":true}"#),
        ("x-pagination-total-count", "12"),
        ("x-total-results", "12"),
        ("x-acme-total-records", "12"),
        ("opc-next-page", "abc"),
        ("x-ms-continuation-nextpartitionkey", "abc"),
        ("x-next-token", "abc"),
        ("x-has-more", "1"),
        ("x-is-last-page", "false"),
        ("x-page-count", "2"),
        ("pagination-range", "things 0-2/12"),
    ] {
        let respond = move |_: &_| Reply::json(&json!(rows(0..3))).header(name, value);
        let list = read(Paging::whole(), respond).await;
        assert!(list.reason().contains("ends after 3 records, but"), "{name}: {}", list.reason());
    }
}

#[tokio::test]
async fn members_that_agree_with_the_end_or_are_ignored_are_not_evidence() {
    for members in [
        json!({ "has_more": false, "next": null, "total": 3, "count": 3, "done": true, "warnings": [] }),
        json!({ "links": { "self": "/things", "next": "" }, "meta": { "total_pages": 1, "page": 1 } }),
        json!({ "_shards": { "failed": 0 }, "timed_out": false, "status": "ok", "code": 200 }),
        json!({ "error": null, "errors": [], "success": true }),
        json!({ "_shards": { "total": 5, "successful": 5, "failed": 0 }, "failed": 9, "size": 100, "limit": 100 }),
        json!({ "error_code": "OK", "error_message": "", "hasErrors": false, "state": "active" }),
        json!({ "partialErrors": [], "partial_results": "unknown" }),
        json!({ "page": { "size": 20, "totalElements": 3, "totalPages": 1, "number": 0 }, "account": { "total": 90 } }),
        json!({ "state": "failed", "rows": 100, "next_run": "2026-12-01", "nextSyncAt": 9, "limit": { "reached": false }, "partial_match": true }),
        json!({ "relation": "eq", "operator": "gte", "next_page": 0, "num": 9, "has_more": 0 }),
        json!({ "links": [{ "rel": "self", "href": format!("/{}", "x".repeat(2000)) }] }),
        json!({ "pages": 1, "isLast": "true", "unreachable": [], "_links": { "self": { "href": "/things" } } }),
    ] {
        let said = members.clone();
        let list = read(Paging::whole().items("items"), move |_| beside(members.clone())).await;
        assert!(list.is_complete(), "{said}: {:?}", list.outcome);
    }
    let pretty =
        |_: &_| Reply::status(200, "{ \"items\": [ { \"id\": 0 } ], \"errors\": [ ], \"warnings\": { } }");
    assert!(read(Paging::whole().items("items"), pretty).await.is_complete());
    for (name, value) in [
        ("x-ratelimit-total", "5000"),
        ("x-rate-limit-limit", "5000"),
        ("x-envoy-attempt-count", "7"),
        ("x-runtime", "12"),
        ("x-request-count", "90"),
        ("x-has-more", "0"),
        ("x-is-last-page", "true"),
        ("x-next-page", ""),
        ("x-next-token", "null"),
        ("x-partial-results", "false"),
        ("link", "</things>; rel=\"self\", </other.css>; rel=preload"),
        ("content-range", "items 0-2/3"),
        ("x-pagination", r#"{"TotalCount":3,"HasNext":false}"#),
    ] {
        let respond = move |_: &_| Reply::json(&json!(rows(0..3))).header(name, value);
        let list = read(Paging::whole(), respond).await;
        assert!(list.is_complete(), "{name}: {:?}", list.outcome);
    }
    let paging = Paging::whole().items("items").ignoring(&["count", "meta.total", "x-total-count", "link"]);
    let members = json!({ "count": 90, "meta": { "total": 90 } });
    let ignored = move |_: &_| {
        let reply = beside(members.clone()).header("x-total-count", "90");
        reply.header("link", "</things?page=2>; rel=\"next\"")
    };
    let list = read(paging, ignored).await;
    assert!(list.is_complete(), "{:?}", list.outcome);
}

#[tokio::test]
async fn a_next_page_that_is_no_url_is_an_error() {
    let list = read(Paging::next_url("next").items("items"), |_| beside(json!({ "next": 7 }))).await;
    let error = list.outcome.expect_err("an error");
    assert!(error.to_string().contains("has no URL in `next`"), "{error}");
}

/// What is declared is read as declared, whatever its name would say otherwise.
#[tokio::test]
async fn declared_members_are_not_evidence() {
    // A provider that always sends a cursor, also where the count ends the list.
    let respond = |_: &_| beside(json!({ "next": "more", "count": 3 }));
    let paging = Paging::cursor("cursor", "next").items("items").total("count").until_total();
    let list = read(paging, respond).await;
    assert!(list.is_complete() && list.asked.len() == 1, "{:?}", list.outcome);
    for name in ["failures", "warnings", "errors"] {
        let list =
            read(Paging::whole().items(name), move |_| Reply::json(&json!({ name: rows(0..3) }))).await;
        assert!(list.is_complete() && list.ids == [0, 1, 2], "{name}: {:?}", list.outcome);
    }
    // A connection ends by what `hasNextPage` says, and must say it.
    for (info, complete) in [
        (json!({ "hasNextPage": false, "endCursor": "c3" }), Some(true)),
        (json!({ "hasNextPage": false }), Some(true)),
        (json!({ "endCursor": null }), None),
    ] {
        let list = crate::list::read_with(
            |client| {
                let query = client.graphql("graphql", "query { … }", &json!({}));
                query.pages(Paging::graphql("data.things"))
            },
            move |_| {
                Reply::json(
                    &json!({ "data": { "things": { "nodes": rows(0..3), "pageInfo": info.clone() } } }),
                )
            },
        )
        .await;
        assert_eq!(list.outcome.ok().map(|outcome| outcome.is_complete()), complete);
        assert_eq!(list.asked.len(), 1);
    }
}

/// Some providers count with the first page only, and some count twice.
#[tokio::test]
async fn a_count_of_any_page_and_beside_a_declared_one_is_evidence() {
    let pages = |asked: &crate::server::Asked| match crate::list::number(asked, "skip") {
        0 => Reply::json(&json!({ "items": rows(0..3), "total": 12 })),
        from => Reply::json(&json!({ "items": rows(from.min(5)..5) })),
    };
    let list = read(Paging::offset("limit", "skip", 3).items("items").single_pass(), pages).await;
    assert_eq!(list.ids, [0, 1, 2, 3, 4]);
    assert!(list.reason().contains("`total` is 12"), "{}", list.reason());
    // The declared member counts the records of the page.
    let paging = Paging::whole().items("items").total("count");
    let list = read(paging, |_| beside(json!({ "count": 3 })).header("x-total-count", "12")).await;
    assert!(list.reason().contains("`x-total-count` is 12"), "{}", list.reason());
    // The name of the records counts them, too.
    let list = read(Paging::whole().items("data.users"), |_| {
        Reply::json(&json!({ "data": { "users": rows(0..3), "users_count": 12, "groupCount": 90 } }))
    })
    .await;
    assert!(list.reason().contains("`data.users_count` is 12"), "{}", list.reason());
}

// guarantee: deletions: whole: yes
// guarantee: churn: whole: yes
#[tokio::test]
async fn only_200_is_a_whole_page() {
    for status in [201, 202, 203, 206, 207, 226] {
        let respond = move |_: &_| Reply::status(status, &json!(rows(0..3)).to_string());
        let list = read(Paging::whole(), respond).await;
        assert_eq!(list.ids, [0, 1, 2]);
        assert!(list.reason().contains(&format!("the status is {status}")), "{}", list.reason());
    }
    let respond = move |_: &_| Reply::status(201, &json!(rows(0..3)).to_string());
    assert!(read(Paging::whole().also_status(201), respond).await.is_complete());
    let respond = |_: &_| Reply::json(&json!(rows(0..3))).header("x-partial-results", "true");
    let list = read(Paging::whole(), respond).await;
    assert!(list.reason().contains("`x-partial-results` is true"), "{}", list.reason());
}

#[tokio::test]
async fn a_declared_total_that_is_missing_or_not_a_number_is_an_error() {
    for total in
        [json!("1,200"), json!(-1), json!([3]), json!(null), json!({ "value": 3 }), json!("many"), json!(3.5)]
    {
        let said = total.clone();
        let paging = Paging::whole().items("items").total("meta.total");
        let list = read(paging, move |_| beside(json!({ "meta": { "total": total.clone() } }))).await;
        let error = list.outcome.expect_err("an error");
        assert_eq!(error.code().as_str(), "J1-R1005", "{said}: {error}");
        assert!(error.to_string().contains("`meta.total`"), "{error}");
    }
    for (paging, name) in [
        (Paging::whole().items("items").total("meta.totl"), "meta.totl"),
        (Paging::whole().items("items").total_header("x-total"), "x-total"),
    ] {
        let respond = |_: &_| beside(json!({ "meta": { "total": 3 } })).header("x-total-count", "3");
        let error = read(paging, respond).await.outcome.expect_err("an error");
        assert!(error.code().as_str() == "J1-R1005" && error.to_string().contains(name), "{error}");
    }
    for (total, complete) in [(json!("3 "), true), (json!(3.0), true), (json!(12), false)] {
        let paging = Paging::whole().items("items").total("total");
        let list = read(paging, move |_| beside(json!({ "total": total.clone() }))).await;
        assert_eq!(list.is_complete(), complete, "{:?}", list.outcome);
    }
}

// guarantee: end: cursor, next_url: yes
#[tokio::test]
async fn a_member_for_the_next_page_that_no_response_has_proves_no_end() {
    let respond = |_: &_| beside(json!({ "next": "/things?page=2" }));
    for paging in [
        Paging::next_url("nxt").items("items").ignoring(&["next"]),
        Paging::cursor("cursor", "nxt").items("items").ignoring(&["next"]),
        Paging::link().items("items").ignoring(&["next"]),
    ] {
        let list = read(paging.clone(), respond).await;
        assert!(list.reason().contains("declare `.size(..)` or `.total(..)`, or `.one_page()`"));
        assert!(read(paging.clone().one_page(), respond).await.is_complete());
        assert!(read(paging.clone().size("limit", 100), respond).await.is_complete(), "a short page");
        let full = read(paging.clone().size("limit", 3), respond).await;
        assert!(full.reason().contains("declare `.total(..)`, or `.one_page()`"), "{}", full.reason());
        let granted = |_: &_| Reply::json(&json!({ "items": rows(0..50) }));
        assert!(
            !read(paging.clone().size("limit", 100), granted).await.is_complete(),
            "a usual number of records"
        );
        for short in [10, 13] {
            let respond = move |_: &_| Reply::json(&json!({ "items": rows(0..short) }));
            assert!(read(paging.clone().size("limit", 100), respond).await.is_complete(), "{short} of 100");
        }
        assert!(read(paging, |_| Reply::json(&json!({ "items": [] }))).await.is_complete(), "nothing at all");
    }
}

#[tokio::test]
async fn a_count_that_may_be_that_of_the_page_does_not_stand_for_a_next_page_that_no_response_has() {
    let counted = |name: &'static str, records| {
        move |_: &_| {
            Reply::json(&json!({ "items": rows(0..records), name: records }))
                .header("x-count", records.to_string())
        }
    };
    for paging in [Paging::next_url("nxt").items("items"), Paging::cursor("cursor", "nxt").items("items")] {
        let sized = |size: Option<u64>| match size {
            Some(size) => paging.clone().size("limit", size),
            None => paging.clone(),
        };
        for (size, records) in [(Some(3), 3), (Some(100), 50), (None, 50)] {
            for declared in [
                sized(size).total("count"),
                sized(size).total("count").until_total(),
                sized(size).total_header("x-count"),
            ] {
                let list = read(declared.clone(), counted("count", records)).await;
                let reason = list.reason();
                assert!(reason.contains("its count may be that of the page"), "{size:?} {records}: {reason}");
                assert!(read(declared.one_page(), counted("count", records)).await.is_complete());
            }
            // A name that says that it counts all records is believed.
            for name in ["total", "totalCount", "numFound", "/@odata.count"] {
                let member = name.trim_start_matches('/');
                let list = read(sized(size).total(name), counted(member, records)).await;
                assert!(list.is_complete(), "{name}: {:?}", list.outcome);
            }
        }
        // A page that is short is the last one.
        for (size, records) in [(Some(100), 3), (Some(100), 99), (None, 3), (None, 53)] {
            let list = read(sized(size).total("count"), counted("count", records)).await;
            assert!(list.is_complete(), "{size:?} {records}: {:?}", list.outcome);
        }
        // The member is there, and says that this was the last page.
        let null = |_: &_| Reply::json(&json!({ "items": rows(0..50), "count": 50, "nxt": null }));
        assert!(read(sized(Some(50)).total("count"), null).await.is_complete());
    }
    // The name of the header cannot be wrong, and providers leave it out where there is one page.
    let link = Paging::link().items("items").size("limit", 50).total("count");
    assert!(read(link, counted("count", 50)).await.is_complete());
}

// guarantee: cuts: whole, offset, aligned_offset, page, cursor, scroll, after, next_url, link, graphql: partial
#[tokio::test]
async fn a_list_that_ends_exactly_where_providers_cut_lists_is_partial() {
    for (records, complete) in [
        (20, true),
        (99, true),
        (100, false),
        (500, false),
        (999, true),
        (1000, false),
        (1001, true),
        (1500, false),
        (2048, false),
        (3000, false),
    ] {
        let respond = move |_: &_| Reply::json(&json!(rows(0..records)));
        assert_eq!(read(Paging::whole(), respond).await.is_complete(), complete, "{records}");
        assert!(read(Paging::whole().uncapped(), respond).await.is_complete(), "{records}");
    }
    // A record that comes twice does not hide the number.
    let twice = |_: &_| Reply::json(&json!(rows((0..100).chain([7]))));
    for paging in [Paging::whole(), Paging::whole().records_repeat()] {
        let list = read(paging, twice).await;
        assert!(list.reason().contains("exactly 100 different records"), "{}", list.reason());
    }
    assert!(read(Paging::whole().uncapped(), twice).await.is_complete());
    // Only a list that comes whole may be cut at the size of a page.
    let paged = |asked: &_| {
        let begin = crate::list::number(asked, "skip").min(100);
        Reply::json(&json!({ "items": rows(begin..(begin + 40).min(100)) }))
    };
    let list = read(Paging::offset("limit", "skip", 40).items("items"), paged).await;
    assert!(list.is_complete() && list.sorted().len() == 100, "{:?}", list.outcome);
    // The provider stops at 2,000 records, and says that this is all of them.
    let capped = |asked: &_| {
        let begin = crate::list::number(asked, "skip").min(2000);
        Reply::json(&json!({ "items": rows(begin..(begin + 500).min(2000)), "total": 2000 }))
    };
    let list = read(Paging::offset("limit", "skip", 500).items("items").total("total"), capped).await;
    assert!(list.reason().contains("exactly 2000 records"), "{}", list.reason());
    // It counts no further than that, and records that went let later ones move up while it was read.
    let counts_no_further = |asked: &_| {
        let begin = crate::list::number(asked, "after");
        let next = (begin < 1000).then_some(begin + 501);
        Reply::json(&json!({ "items": rows(begin..(begin + 501)), "next": next, "total": 1000 }))
    };
    let paging = Paging::cursor("after", "next").items("items").total("total");
    let list = read(paging, counts_no_further).await;
    assert!(list.reason().contains("exactly 1000 records by its own count"), "{}", list.reason());
}

// guarantee: end: link: yes
#[tokio::test]
async fn a_header_link_that_cannot_be_read_is_not_a_missing_one() {
    let second = |asked: &crate::server::Asked| asked.target.contains("page=2");
    for link in [
        "<{}?page=2&team=Ingénierie>; rel=\"next\"",
        "<{}?page=2>; rel='next'",
        "<{}?page=2>; rel=next; title=\"a, b\"",
    ] {
        let list = read(Paging::link().size("limit", 3), move |asked| {
            let reply = Reply::json(&json!(if second(asked) { rows(3..6) } else { rows(0..3) }));
            let link = link.replace("{}", "/things");
            if second(asked) {
                reply.header("link", "</things>; rel=\"first\"")
            } else {
                reply.header("link", link)
            }
        })
        .await;
        assert_eq!(list.ids, [0, 1, 2, 3, 4, 5], "{link}");
        assert!(list.is_complete(), "{:?}", list.outcome);
    }
    let garbled = |_: &_| Reply::json(&json!(rows(0..3))).header("link", "https://a/?page=2; rel=next");
    let error = read(Paging::link(), garbled).await.outcome.expect_err("it cannot be parsed");
    assert_eq!(error.code().as_str(), "J1-R1005", "{error}");
    // A proxy takes the header away.
    let stripped = |_: &_| Reply::json(&json!(rows(0..3)));
    assert!(!read(Paging::link().size("limit", 3), stripped).await.is_complete());
}

/// The first page has the header, and the second one, which is as long, lost it on the way.
#[tokio::test]
async fn a_header_link_that_is_lost_in_the_middle_is_not_the_end() {
    let second = |records: usize, header: Option<&'static str>| {
        move |asked: &crate::server::Asked| {
            if !asked.target.contains("page=2") {
                return Reply::json(&json!(rows(0..3))).header("link", "</things?page=2>; rel=\"next\"");
            }
            let reply = Reply::json(&json!(rows(3..3 + records)));
            header.map_or(reply.clone(), |header| reply.header("link", header))
        }
    };
    let list = read(Paging::link(), second(3, None)).await;
    assert!(list.reason().contains("without the header `Link`"), "{}", list.reason());
    assert!(read(Paging::link().one_page(), second(3, None)).await.is_complete());
    for (records, header) in [(2, None), (0, None), (3, Some("</things>; rel=\"first\""))] {
        let list = read(Paging::link(), second(records, header)).await;
        assert!(list.is_complete(), "{records} {header:?}: {:?}", list.outcome);
    }
}

#[tokio::test]
async fn a_list_that_comes_twice_in_one_response_is_an_error() {
    for body in [
        r#"{ "items": [{ "id": 0 }], "next": null, "items": [] }"#,
        r#"{ "items": [{ "id": 0 }], "next": "b", "next": null }"#,
    ] {
        let paging = Paging::cursor("cursor", "next").items("items");
        let error = read(paging, move |_| Reply::status(200, body)).await.outcome.expect_err("an error");
        assert!(error.code().as_str() == "J1-R1005" && error.to_string().contains("comes once"), "{error}");
    }
    let nested = r#"{ "data": { "items": [{ "id": 0 }], "items": [] } }"#;
    let list = read(Paging::whole().items("data.items"), move |_| Reply::status(200, nested)).await;
    assert!(list.outcome.expect_err("an error").to_string().contains("`items` comes once"));
    // Which of two members that mean nothing is meant does not matter.
    let harmless = r#"{ "took": 3, "items": [{ "id": 0 }], "took": 4 }"#;
    let list = read(Paging::whole().items("items"), move |_| Reply::status(200, harmless)).await;
    assert!(list.is_complete() && list.ids == [0], "{:?}", list.outcome);
}

#[tokio::test]
async fn a_next_link_without_results_is_the_end() {
    let list = read(Paging::link().size("limit", 3), |asked| {
        let first = asked.before == 0;
        let said = format!("</things?cursor={}>; rel=\"next\"; results=\"{first}\"", asked.before + 1);
        Reply::json(&json!(if first { rows(0..3) } else { rows(3..5) })).header("link", said)
    })
    .await;
    assert_eq!(list.ids, [0, 1, 2, 3, 4]);
    assert!(list.is_complete() && list.asked.len() == 2, "{:?}", list.outcome);
}

#[tokio::test]
async fn graphql_data_beside_errors_is_taken_and_partial() {
    let list = crate::list::read_with(
        |client| client.graphql("graphql", "query { … }", &json!({})).pages(Paging::graphql("data.things")),
        |_| {
            let things =
                json!({ "nodes": rows(0..3), "pageInfo": { "hasNextPage": false, "endCursor": null } });
            let errors = json!([{ "type": "FORBIDDEN", "path": ["things", "nodes", 3] }]);
            Reply::json(&json!({ "data": { "things": things }, "errors": errors }))
        },
    )
    .await;
    assert_eq!(list.ids, [0, 1, 2]);
    assert!(list.reason().contains("FORBIDDEN"), "{}", list.reason());
}
