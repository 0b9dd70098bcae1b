//! Signs that a list is not all there is, as APIs write them that no other test has: FHIR, Azure, Solr, Elasticsearch, Heroku.

use j1_runtime::provider::Paging;
use serde_json::{Value, json};

use crate::list::{Read, read, rows};
use crate::server::Reply;

/// Three records in `items`, beside these members.
async fn beside(members: &Value) -> Read {
    let mut body = members.clone();
    body["items"] = json!(rows(0..3));
    read(Paging::whole().items("items"), move |_| Reply::json(&body)).await
}

#[tokio::test]
async fn members_that_lead_on_or_count_more_make_a_list_partial() {
    for members in [
        json!({ "link": [{ "relation": "self", "url": "/a" }, { "relation": "next", "url": "/b" }] }),
        json!({ "link": [{ "rel": "next", "href": "/b" }] }),
        json!({ "$skipToken": "ew0KICAi" }),
        json!({ "nextCursorMark": "AoE" }),
        json!({ "pagingCookie": "<cookie/>" }),
        json!({ "resume_token": "abc" }),
        json!({ "continueFrom": 7 }),
        json!({ "more_url": "/b" }),
        json!({ "next_exists": true }),
        json!({ "canLoadMore": true }),
        json!({ "hasAdditionalResults": true }),
        json!({ "queryInfo": { "hasMore": true } }),
        json!({ "body": { "has_more": true } }),
        json!({ "items_left": 9 }),
        json!({ "recordsRemaining": 9 }),
        json!({ "opensearch:totalResults": "12" }),
        json!({ "full_count": 12 }),
        json!({ "grandTotal": 12 }),
        json!({ "no_of_records": 12 }),
        json!({ "range": "0-2/12" }),
        json!({ "contentRange": "items 0-2/12" }),
        json!({ "limitHit": true }),
        json!({ "exceedsLimit": true }),
        json!({ "tooManyResults": true }),
        json!({ "quotaExceeded": true }),
        json!({ "has_more": 2 }),
        json!({ "more": "17" }),
        json!({ "has_more": "t" }),
        json!({ "total": "3 of 12" }),
        json!({ "total": "12+" }),
        json!({ "total": ">3" }),
        json!({ "totalCount": "about 1'200" }),
        json!({ "jobComplete": false }),
        json!({ "limit": 3 }),
        json!({ "meta": { "per_page": 3, "page": 1 } }),
        json!({ "max-results": "3", "start-index": 0 }),
        // A count may be that of the page, and what is not so says nothing of the end.
        json!({ "limit": 3, "count": 3 }),
        json!({ "limit": 3, "archived": false, "degraded": "no" }),
    ] {
        let list = beside(&members).await;
        assert!(list.reason().contains("ends after 3 records, but"), "{members}: {}", list.reason());
    }
}

#[tokio::test]
async fn members_that_name_or_count_missing_records_make_a_list_partial() {
    for members in [
        json!({ "_clusters": { "total": 2, "successful": 1, "skipped": 1 } }),
        json!({ "_shards": { "total": 5, "successful": 4, "skipped": 0, "failed": 0 } }),
        json!({ "omittedCount": 9 }),
        json!({ "notReturned": 9 }),
        json!({ "failedAccounts": ["a"] }),
        json!({ "missingRegions": ["eu-1"] }),
        json!({ "unavailableShards": ["a"] }),
        json!({ "skipped_projects": ["a"] }),
        json!({ "unauthorizedSubscriptions": ["a"] }),
        json!({ "errorsByRegion": { "eu-1": "timeout" } }),
        json!({ "accessDenied": ["a"] }),
        json!({ "aborted": true }),
        json!({ "queryInterrupted": true }),
        json!({ "isStale": true }),
        json!({ "sampled": true }),
        json!({ "timeout": true }),
        json!({ "didTimeout": true }),
        json!({ "resultStatus": "TRUNCATED" }),
        json!({ "status": { "state": "PARTIAL" } }),
        json!({ "statusCode": 206 }),
        json!({ "status": "in_progress" }),
        json!({ "state": "PENDING" }),
        json!({ "status": { "state": "PENDING" } }),
        json!({ "queryStatus": "Running" }),
    ] {
        let list = beside(&members).await;
        assert!(list.reason().contains("is not a whole page"), "{members}: {}", list.reason());
    }
}

#[tokio::test]
async fn a_number_that_stands_for_an_error_is_one() {
    for members in [json!({ "errno": 3 }), json!({ "retcode": -1 }), json!({ "status": { "code": 500 } })] {
        let error = beside(&members).await.outcome.expect_err("an error");
        assert_eq!(error.code().as_str(), "J1-R1002", "{members}: {error}");
    }
}

#[tokio::test]
async fn a_message_that_says_why_nothing_came_is_an_error() {
    for members in [
        json!({ "message": "API rate limit exceeded" }),
        json!({ "message": "Unauthorized" }),
        json!({ "detail": "Authentication credentials were not provided." }),
        json!({ "msg": "Your token has expired" }),
        json!({ "status": "KO" }),
        json!({ "status": "throttled" }),
    ] {
        let mut body = members.clone();
        body["items"] = json!([]);
        let error = read(Paging::whole().items("items"), move |_| Reply::json(&body)).await.outcome;
        assert_eq!(error.expect_err("an error").code().as_str(), "J1-R1002", "{members}");
    }
    // Also where the list itself may be missing.
    let refused = |_: &_| Reply::json(&json!({ "detail": "Authentication credentials were not provided." }));
    assert!(read(Paging::whole().items("items").missing_is_empty(), refused).await.outcome.is_err());
}

#[tokio::test]
async fn a_header_that_leads_on_makes_a_list_partial() {
    for (name, value) in [
        ("next-range", "]id 3..; max=3"),
        ("x-cursor-next", "abc"),
        ("x-resume-token", "abc"),
        ("x-items-remaining", "9"),
        ("x-metadata", r#"{"total":12}"#),
        ("x-degraded", "true"),
        ("x-has-more", "?1"),
        ("x-result-count", "3/12"),
        ("warning", "299 - \"the result was truncated\""),
        ("x-warning", "partial results"),
    ] {
        let respond = move |_: &_| Reply::json(&json!(rows(0..3))).header(name, value);
        assert!(!read(Paging::whole(), respond).await.is_complete(), "{name}");
    }
}

#[tokio::test]
async fn similar_members_are_not_evidence() {
    for members in [
        // As many as the limit, and no more.
        json!({ "limit": 3, "total": 3 }),
        json!({ "per_page": 3, "has_more": false }),
        json!({ "pageSize": 3, "nextPageToken": null }),
        json!({ "limit": 2, "max": 3, "rateLimit": 3, "size": 3 }),
        // The link to later changes is that of a whole list.
        json!({ "@odata.deltaLink": "https://graph.example/delta" }),
        json!({ "endCursor": "c3", "hasNextPage": false }),
        json!({ "paging": { "cursors": { "before": "a", "after": "b" } } }),
        json!({ "bookmark": "nil", "search_after": [7], "resume_url": "/a", "moreover": "x" }),
        json!({ "link": [{ "relation": "self", "url": "/a" }] }),
        json!({ "_clusters": { "total": 2, "successful": 2, "skipped": 0 } }),
        json!({ "_shards": { "total": 5, "successful": 5, "skipped": 3, "failed": 0 } }),
        json!({ "timeout": 1, "skipped": 3, "missing": ["a"], "max_hits": 1, "left": 3, "omitted": 0 }),
        json!({ "skippedItems": [], "failedAccounts": [], "errorsByRegion": {}, "itemsLeft": 0 }),
        json!({ "status": { "code": 200, "state": "ok" }, "errno": 0, "retcode": 0, "statusCode": 200 }),
        json!({ "message": "3 records found", "detail": "", "state": "running", "status": "active" }),
        json!({ "more": 0, "total": "3 of 3", "totalCount": "1.200", "jobComplete": true }),
        json!({ "queryStatus": "Succeeded", "status": { "state": "SUCCEEDED" }, "preview": {"a": 1} }),
        json!({ "range": "0-2/3", "contentRange": "items 0-2/*", "unauthorized": [], "stale": false }),
    ] {
        let list = beside(&members).await;
        assert!(list.is_complete(), "{members}: {:?}", list.outcome);
    }
    // No records are not as many as a limit of none.
    let none = |_: &_| Reply::json(&json!({ "items": [], "limit": 0 }));
    assert!(read(Paging::whole().items("items"), none).await.is_complete());
}
