//! Every way of paging against every way in which a provider may cheat: the list always ends, and it is complete only
//! if all records came.

use j1_core::error::Kind;
use j1_core::{Outcome, Result};
use j1_runtime::provider::{Pages, Paging, Request};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Asked, Provider, Reply, http};

/// The response of a provider.
type Answer = Box<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// The number of records of the provider.
const ALL: usize = 23;
/// The page size.
const SIZE: usize = 5;

#[derive(Debug, Deserialize, PartialEq)]
struct Row {
    id: usize,
}

/// A way of paging, on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Offset,
    OffsetFromOne,
    Aligned,
    OffsetInBody,
    Page,
    PageUntilTotal,
    Cursor,
    CursorHasMore,
    CursorInBody,
    CursorUntilEmpty,
    After,
    NextUrl,
    Link,
    GraphQl,
}

const WAYS: [Way; 14] = [
    Way::Offset,
    Way::OffsetFromOne,
    Way::Aligned,
    Way::OffsetInBody,
    Way::Page,
    Way::PageUntilTotal,
    Way::Cursor,
    Way::CursorHasMore,
    Way::CursorInBody,
    Way::CursorUntilEmpty,
    Way::After,
    Way::NextUrl,
    Way::Link,
    Way::GraphQl,
];

impl Way {
    fn paging(self) -> Paging {
        let size = SIZE as u64;
        let paging = match self {
            Self::Offset => Paging::offset("limit", "skip", size),
            Self::OffsetFromOne => Paging::offset_from(1, "limit", "skip", size),
            Self::Aligned => Paging::aligned_offset("limit", "skip", size),
            Self::OffsetInBody => Paging::offset("page.limit", "page.skip", size).in_body(),
            Self::Page => Paging::page("page", "per_page", size),
            Self::PageUntilTotal => Paging::page("page", "per_page", size).until_total(),
            Self::Cursor => Paging::cursor("cursor", "meta.next").size("limit", size),
            Self::CursorHasMore => Paging::cursor("cursor", "meta.next").has_more("meta.more"),
            Self::CursorInBody => Paging::cursor("page.cursor", "meta.next").in_body(),
            Self::CursorUntilEmpty => Paging::cursor("cursor", "meta.next").until_empty(),
            Self::After => Paging::after("starting_after", "id").has_more("meta.more"),
            Self::NextUrl => Paging::next_url("/meta/@next"),
            Self::Link => Paging::link(),
            Self::GraphQl => return Paging::graphql("data.things"),
        };
        paging.items("data.items").total("meta.total")
    }

    fn request(self, provider: &Provider) -> Request {
        let client = http().client(&provider.base).expect("an address");
        match self {
            Self::OffsetInBody | Self::CursorInBody => {
                client.post("things").json_body(&json!({ "filter": "all" }))
            }
            Self::GraphQl => {
                client.graphql("things", "query($after: String) { … }", &json!({ "first": SIZE }))
            }
            _ => client.get("things"),
        }
        .timeout(std::time::Duration::from_secs(2))
    }

    /// Returns the start of the requested page.
    fn begin(self, asked: &Asked) -> usize {
        let number = |text: Option<String>| text.map_or(0, |text| text.parse().expect("a number"));
        let cursor =
            |text: Option<String>| text.map_or(0, |text| text.trim_start_matches('c').parse().expect("one"));
        let in_body = |path: &str| asked.json().pointer(path).cloned().unwrap_or(Value::Null);
        match self {
            Self::Offset | Self::Aligned => number(asked.query("skip")),
            Self::OffsetFromOne => number(asked.query("skip")).checked_sub(1).expect("records count from 1"),
            Self::OffsetInBody => {
                usize::try_from(in_body("/page/skip").as_u64().expect("a number")).expect("a small one")
            }
            Self::Page | Self::PageUntilTotal => (number(asked.query("page")) - 1) * SIZE,
            Self::Cursor | Self::CursorHasMore | Self::CursorUntilEmpty | Self::NextUrl | Self::Link => {
                cursor(asked.query("cursor"))
            }
            Self::CursorInBody => cursor(in_body("/page/cursor").as_str().map(str::to_owned)),
            Self::GraphQl => cursor(in_body("/variables/after").as_str().map(str::to_owned)),
            Self::After => {
                asked.query("starting_after").map_or(0, |id| id.parse::<usize>().expect("an id") + 1)
            }
        }
    }

    /// An answer with these records; `next` is where the next page begins.
    fn answer(self, asked: &Asked, rows: &[usize], next: Option<usize>, total: usize) -> Reply {
        let items: Vec<Value> = rows.iter().map(|id| json!({ "id": id })).collect();
        let cursor = next.map(|next| format!("c{next}"));
        let url = cursor.as_ref().map(|cursor| format!("{}?cursor={cursor}", asked.path()));
        match self {
            Self::GraphQl => {
                let edges: Vec<Value> = items.into_iter().map(|node| json!({ "node": node })).collect();
                let info = json!({ "hasNextPage": next.is_some(), "endCursor": cursor });
                Reply::json(&json!({ "data": { "things": { "edges": edges, "pageInfo": info } } }))
            }
            Self::Link => {
                let reply = Reply::json(&json!({ "data": { "items": items }, "meta": { "total": total } }));
                match url {
                    Some(url) => reply.header("link", format!("<{url}>; rel=\"next\", </x>; rel=\"last\"")),
                    None => reply,
                }
            }
            _ => Reply::json(&json!({
                "data": { "items": items },
                "meta": { "next": cursor, "@next": url, "more": next.is_some(), "total": total },
            })),
        }
    }

    /// An honest answer.
    fn honest(self, asked: &Asked) -> Reply {
        let begin = self.begin(asked).min(ALL);
        let end = (begin + SIZE).min(ALL);
        let rows: Vec<usize> = (begin..end).collect();
        // Who ends with an empty page always has a cursor.
        let next = (end < ALL || self == Self::CursorUntilEmpty && begin < ALL).then_some(end);
        self.answer(asked, &rows, next, ALL)
    }

    /// Returns `true` if the responses carry a total that is compared.
    fn has_total(self) -> bool {
        self != Self::GraphQl
    }

    fn by_cursor(self) -> bool {
        !self.by_offset() && !matches!(self, Self::Aligned | Self::Page | Self::PageUntilTotal)
    }

    /// Returns `true` if each page is requested from the last record of the page before.
    fn by_offset(self) -> bool {
        matches!(self, Self::Offset | Self::OffsetFromOne | Self::OffsetInBody)
    }
}

/// Reads a list to its end: which records came, and what they prove.
async fn read(mut pages: Pages<Row>) -> (Vec<usize>, Result<Outcome>) {
    let mut rows = Vec::new();
    loop {
        match pages.next().await {
            Ok(Some(row)) => rows.push(row.id),
            Ok(None) => return (rows, pages.finish()),
            Err(error) => return (rows, Err(error)),
        }
    }
}

/// Reads a list from a provider that responds like this.
async fn run(
    way: Way,
    paging: Paging,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (Vec<usize>, Result<Outcome>, Vec<Asked>) {
    let provider = Provider::responding(answer).await;
    let (rows, outcome) = read(way.request(&provider).pages(paging)).await;
    (rows, outcome, provider.asked())
}

/// It ended, and it is complete only if every record came.
fn check(way: Way, case: &str, rows: &[usize], outcome: &Result<Outcome>) {
    let mut ids = rows.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let complete = outcome.as_ref().is_ok_and(Outcome::is_complete);
    assert!(
        !complete || ids == (0..ALL).collect::<Vec<_>>(),
        "{way:?}, {case}: {rows:?} is not a complete list"
    );
}

#[tokio::test]
async fn an_honest_provider_is_read_to_its_end() {
    for way in WAYS {
        let (rows, outcome, asked) = run(way, way.paging(), move |asked| way.honest(asked)).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert_eq!(rows, (0..ALL).collect::<Vec<_>>(), "{way:?}");
        assert!(outcome.is_complete(), "{way:?}: {outcome:?}");
        let requests = match way {
            // Four new records a page, the last one again, and the end.
            way if way.by_offset() => 8,
            // Five pages and the end, twice.
            Way::Aligned | Way::Page => 12,
            Way::PageUntilTotal => 10,
            Way::CursorUntilEmpty => 6,
            _ => 5,
        };
        assert_eq!(asked.len(), requests, "{way:?}");
    }
}

// guarantee: end: offset: yes
// guarantee: end: aligned_offset: partial
#[tokio::test]
async fn a_provider_that_sends_less_than_it_is_asked_for_loses_nothing() {
    for way in WAYS.into_iter().filter(|way| way.by_cursor() || way.by_offset()) {
        // Pages shrink: five, four, three, …
        let shrinking = move |asked: &Asked| {
            let begin = way.begin(asked).min(ALL);
            let end = (begin + SIZE.saturating_sub(asked.before).max(1)).min(ALL);
            let next = (end < ALL || way == Way::CursorUntilEmpty && begin < ALL).then_some(end);
            way.answer(asked, &(begin..end).collect::<Vec<_>>(), next, ALL)
        };
        let (rows, outcome, _) = run(way, way.paging(), shrinking).await;
        assert_eq!(rows, (0..ALL).collect::<Vec<_>>(), "{way:?}");
        assert!(outcome.expect("it ends").is_complete(), "{way:?}");
    }
    // Where what is skipped is a multiple of the size, records fall into the gap; it is noticed, with a total and
    // without.
    for paging in
        [Way::Aligned.paging(), Paging::aligned_offset("limit", "skip", SIZE as u64).items("data.items")]
    {
        let capped = |asked: &Asked| {
            let begin = Way::Aligned.begin(asked).min(ALL);
            Way::Aligned.answer(asked, &(begin..(begin + 3).min(ALL)).collect::<Vec<_>>(), None, ALL)
        };
        let (rows, outcome, _) = run(Way::Aligned, paging, capped).await;
        assert!(rows.len() < ALL && !outcome.expect("it ends").is_complete(), "{rows:?}");
    }
}

#[tokio::test]
async fn a_list_that_goes_round_ends_with_an_error() {
    for way in WAYS {
        // Always the first page; the first three pages for ever; the same records under cursors that are always new.
        let first = move |asked: &Asked| way.answer(asked, &[0, 1, 2, 3, 4], Some(5), 1_000_000);
        let circle = move |asked: &Asked| {
            let begin = way.begin(asked) % 15;
            way.answer(asked, &(begin..begin + 5).collect::<Vec<_>>(), Some((begin + 5) % 15), 1_000_000)
        };
        let renamed =
            move |asked: &Asked| way.answer(asked, &[0, 1, 2, 3, 4], Some(1000 + asked.before), 1_000_000);
        let answers: [(&str, Answer); 3] =
            [("first", Box::new(first)), ("circle", Box::new(circle)), ("renamed", Box::new(renamed))];
        for (case, answer) in answers {
            let (rows, outcome, asked) = run(way, way.paging(), answer).await;
            let error = outcome.expect_err("it cannot be complete");
            assert_eq!(error.code().as_str(), "J1-R1007", "{way:?}, {case}: {error}");
            assert!(rows.len() <= 40 && asked.len() <= 10, "{way:?}, {case}: noticed after {}", asked.len());
        }
    }
}

#[tokio::test]
async fn empty_pages_that_promise_more_are_gone_through_but_not_for_ever() {
    for way in
        WAYS.into_iter().filter(|way| way.by_cursor() && !matches!(way, Way::CursorUntilEmpty | Way::After))
    {
        // Every other page is empty.
        let gaps = move |asked: &Asked| {
            let begin = way.begin(asked);
            if asked.before.is_multiple_of(2) {
                return way.answer(asked, &[], Some(begin + 1000), ALL);
            }
            let (begin, real) = (begin - 1000, begin - 1000);
            let end = (real + SIZE).min(ALL);
            way.answer(asked, &(begin..end).collect::<Vec<_>>(), (end < ALL).then_some(end), ALL)
        };
        let (rows, outcome, _) = run(way, way.paging(), gaps).await;
        assert_eq!(rows, (0..ALL).collect::<Vec<_>>(), "{way:?}");
        assert!(outcome.expect("it ends").is_complete(), "{way:?}");
    }
    let for_ever = |asked: &Asked| Way::Cursor.answer(asked, &[], Some(asked.before + 1), ALL);
    let (_, outcome, asked) = run(Way::Cursor, Way::Cursor.paging(), for_ever).await;
    assert_eq!(outcome.expect_err("no end").code().as_str(), "J1-R1007");
    assert!(asked.len() < 1100, "{}", asked.len());
}

#[tokio::test]
async fn a_total_that_is_not_what_came_makes_the_list_partial() {
    for way in WAYS.into_iter().filter(|way| way.has_total()) {
        for claimed in [ALL + 7, ALL - 7] {
            let lying = move |asked: &Asked| {
                let begin = way.begin(asked).min(ALL);
                let end = (begin + SIZE).min(ALL);
                let next = (end < ALL || way == Way::CursorUntilEmpty && begin < ALL).then_some(end);
                way.answer(asked, &(begin..end).collect::<Vec<_>>(), next, claimed)
            };
            let (rows, outcome, _) = run(way, way.paging(), lying).await;
            check(way, "a lying total", &rows, &outcome);
            let outcome = outcome.expect("it ends");
            if claimed < ALL && rows.len() == ALL {
                continue; // More than it counted: nothing is missing.
            }
            let reasons = outcome.reasons();
            let claim = claimed.to_string();
            assert!(reasons.iter().any(|reason| reason.contains(&claim)), "{way:?} {claimed}: {reasons:?}");
        }
    }
}

#[tokio::test]
async fn a_list_that_becomes_shorter_under_way_is_read_again() {
    for way in [Way::Offset, Way::OffsetFromOne, Way::Aligned, Way::OffsetInBody, Way::Page] {
        // After the first page the first record is deleted, and every other moves up by one.
        let moved = move |asked: &Asked| {
            let gone = usize::from(asked.before > 0);
            let begin = (way.begin(asked) + gone).min(ALL);
            let end = (begin + SIZE).min(ALL);
            way.answer(asked, &(begin..end).collect::<Vec<_>>(), None, ALL - gone)
        };
        let (rows, outcome, _) = run(way, way.paging(), moved).await;
        let mut ids = rows.clone();
        ids.sort_unstable();
        assert_eq!(ids, (0..ALL).collect::<Vec<_>>(), "{way:?}: none was skipped, each comes once");
        assert!(outcome.expect("it ends").is_complete(), "{way:?}");
    }
}

#[tokio::test]
async fn records_that_are_members_of_an_object_get_their_names() {
    async fn read(body: Value) -> Result<Vec<Value>> {
        let provider = Provider::responding(move |_| Reply::json(&body)).await;
        let client = http().client(&provider.base).expect("an address");
        let paging = Paging::whole().items("hosts").named_records("id");
        let mut pages = client.get("hosts").pages::<Value>(paging);
        let mut rows = Vec::new();
        while let Some(row) = pages.next().await? {
            rows.push(row);
        }
        assert!(pages.finish()?.is_complete());
        Ok(rows)
    }
    let hosts = json!({ "a\"b": { "os": "linux" }, "b": {}, "c": { "id": "own" } });
    let rows = read(json!({ "hosts": hosts })).await.expect("a list");
    assert_eq!(rows, [json!({ "id": "a\"b", "os": "linux" }), json!({ "id": "b" }), json!({ "id": "own" })]);
    assert_eq!(read(json!({ "hosts": {} })).await.expect("an empty list"), Vec::<Value>::new());
    for (hosts, expected) in [(json!({ "a": {} }), 1), (json!(null), 0)] {
        let body = json!({ "hosts": hosts });
        let provider = Provider::responding(move |_| Reply::json(&body)).await;
        let client = http().client(&provider.base).expect("an address");
        let paging = Paging::whole().items("hosts").named_records("id").null_is_empty();
        let mut pages = client.get("hosts").pages::<Value>(paging);
        let mut count = 0;
        while pages.next().await.expect("a list").is_some() {
            count += 1;
        }
        assert_eq!(count, expected, "{hosts}");
        assert!(pages.finish().expect("it ends").is_complete());
    }
    for body in [json!({ "hosts": [] }), json!({ "hosts": { "a": 1 } }), json!({ "hosts": null }), json!({})]
    {
        assert!(read(body.clone()).await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn records_in_a_member_of_each_item_are_read_from_there() {
    let answer = |asked: &Asked| {
        let edge = |id: usize| json!({ "node": { "id": id }, "cursor": format!("c{id}") });
        let more = asked.query("after").is_none();
        let edges = if more { vec![edge(0), edge(1)] } else { vec![edge(2)] };
        let info = json!({ "hasNextPage": more, "endCursor": if more { "c1" } else { "" } });
        Reply::json(&json!({ "edges": edges, "pageInfo": info }))
    };
    let paging = Paging::cursor("after", "pageInfo.endCursor").items("edges").each("node");
    let provider = Provider::responding(answer).await;
    let client = http().client(&provider.base).expect("an address");
    let (rows, outcome) = read(client.get("things").pages(paging.clone())).await;
    assert_eq!(rows, [0, 1, 2]);
    assert!(outcome.expect("it ends").is_complete());

    let provider =
        Provider::responding(|_| Reply::json(&json!({ "edges": [{ "id": 1 }], "pageInfo": {} }))).await;
    let client = http().client(&provider.base).expect("an address");
    let (rows, outcome) = read(client.get("things").pages(paging)).await;
    assert!(rows.is_empty());
    assert!(outcome.expect_err("no record").to_string().contains("whose items have a `node` each"));
}

// guarantee: end: graphql: yes
#[tokio::test]
async fn an_answer_that_is_no_page_is_never_an_empty_one() {
    let bodies = [
        json!({ "error": "quota exceeded", "data": { "items": [], "things": { "nodes": [] } } }),
        json!({ "errors": [{ "message": "no" }], "data": { "items": [], "things": null } }),
        json!({ "ok": false, "data": { "items": [] } }),
        json!({ "data": { "items": null, "things": null } }),
        json!({ "data": {} }),
        json!({ "data": { "items": {}, "things": { "nodes": {} } } }),
        json!({ "data": [] }),
        json!({}),
        json!([]),
        json!(null),
        json!("maintenance"),
    ];
    for way in WAYS {
        for body in &bodies {
            for at in [0, 2] {
                let body = body.clone();
                let (rows, outcome, _) = run(way, way.paging(), move |asked| {
                    if asked.before == at { Reply::json(&body) } else { way.honest(asked) }
                })
                .await;
                check(way, "no page", &rows, &outcome);
                let error = outcome.expect_err("an error");
                assert!(matches!(error.kind(), Kind::Data | Kind::Provider), "{way:?}: {error}");
            }
        }
    }
}

/// What a list needs to go on, or to end, and does not have.
#[tokio::test]
async fn a_page_that_lacks_what_was_declared_is_an_error() {
    let cursor = || Paging::cursor("cursor", "next").items("items");
    let offset = || Paging::offset("limit", "skip", 5).items("items");
    for (paging, body, said) in [
        (offset().until_total(), json!({ "items": [{ "id": 0 }] }), "does not count the records"),
        (cursor().until_empty(), json!({ "items": [{ "id": 0 }] }), "has no cursor"),
        (cursor().has_more("more"), json!({ "items": [{ "id": 0 }], "more": true }), "and not where"),
        (offset().has_more("more"), json!({ "items": [], "more": true }), "has no records"),
    ] {
        let provider = Provider::responding(move |_| Reply::json(&body)).await;
        let pages = http().client(&provider.base).expect("an address").get("list").pages(paging);
        let (_, outcome) = read(pages).await;
        let error = outcome.expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn a_list_that_is_left_on_its_last_page_is_not_complete() {
    let provider =
        Provider::responding(|_| Reply::json(&json!([{ "id": 0 }, { "id": 1 }, { "id": 2 }]))).await;
    let client = http().client(&provider.base).expect("an address");
    for taken in 0..=3 {
        let mut pages = client.get("things").pages::<Value>(Paging::whole());
        for _ in 0..taken {
            assert!(pages.next().await.expect("a record").is_some());
        }
        let complete = pages.finish().is_ok_and(|outcome| outcome.is_complete());
        assert_eq!(complete, taken == 3, "{taken} of 3");
    }
}

/// More records than a page may have of which nothing is known: they are short, and it is long.
#[tokio::test]
async fn a_page_of_very_many_records_is_read() {
    let body = format!("[{}]", vec![r#"{"id":7}"#; 120_000].join(","));
    let provider = Provider::responding(move |_| Reply::status(200, &body)).await;
    let client = http().client(&provider.base).expect("an address");
    let mut pages = client.get("things").pages::<Value>(Paging::whole().records_repeat());
    let mut count = 0;
    while pages.next().await.expect("a record").is_some() {
        count += 1;
    }
    assert_eq!(count, 120_000);
}

#[tokio::test]
async fn a_list_that_is_declared_empty_is_complete() {
    let list = || Paging::whole().items("items");
    let cases = [
        (list().null_is_empty(), Reply::json(&json!({ "items": null })), Some(true)),
        (list().null_is_empty(), Reply::json(&json!({})), None),
        (list().missing_is_empty(), Reply::json(&json!({})), Some(true)),
        (list().missing_is_empty(), Reply::json(&json!({ "items": null })), Some(true)),
        (list(), Reply::status(404, ""), None),
        (list().not_found_is_empty(), Reply::status(404, ""), Some(false)),
        (list().not_found_is_empty(), Reply::status(410, ""), None),
        (list(), Reply::status(204, ""), None),
        (list().no_content_is_empty(), Reply::status(204, ""), Some(true)),
        (
            Paging::page("page", "limit", 5).total("total").until_total().no_content_is_empty(),
            Reply::status(204, ""),
            Some(true),
        ),
        (list().with_error_members(), Reply::json(&json!({ "items": [], "errors": ["w"] })), Some(true)),
    ];
    for (paging, reply, complete) in cases {
        let what = format!("{paging:?} {reply:?}");
        let provider = Provider::responding(move |_| reply.clone()).await;
        let pages = http().client(&provider.base).expect("an address").get("list").pages(paging);
        let (rows, outcome) = read(pages).await;
        assert!(rows.is_empty());
        assert_eq!(outcome.ok().map(|outcome| outcome.is_complete()), complete, "{what}");
    }
}

#[tokio::test]
async fn a_list_of_more_pages_than_may_be_is_given_up() {
    for way in WAYS {
        let paging = way.paging().max_pages(2);
        let (_, outcome, asked) = run(way, paging, move |asked: &Asked| way.honest(asked)).await;
        let error = outcome.expect_err("there is more");
        assert_eq!(error.code().as_str(), "J1-R1007", "{way:?}: {error}");
        assert!(error.to_string().contains("one page too many"), "{way:?}: {error}");
        assert!(asked.len() <= 3, "{way:?}: {}", asked.len());
    }
}

#[tokio::test]
async fn a_404_in_the_middle_of_a_list_is_not_its_end() {
    for way in WAYS {
        let answer = move |asked: &Asked| {
            if asked.before == 2 { Reply::status(404, "") } else { way.honest(asked) }
        };
        let (rows, outcome, _) = run(way, way.paging().not_found_is_empty(), answer).await;
        let overlap = usize::from(way.by_offset());
        assert_eq!(rows.len(), 2 * SIZE - overlap, "{way:?}");
        assert_eq!(outcome.expect_err("an error").code().as_str(), "J1-R1002", "{way:?}");
    }
}

#[tokio::test]
async fn a_key_in_the_query_is_sent_once_however_the_provider_repeats_it() {
    let provider = Provider::responding(|asked| {
        let next = (asked.before < 2).then(|| asked.target.clone() + "&more=1");
        Reply::json(&json!({ "items": [{ "id": asked.before }], "next": next }))
    })
    .await;
    let client = http().client(&provider.base).expect("an address");
    let client = client.query_key("key", &j1_core::Secret::new("s3cret-key".to_owned()));
    let (rows, _) = read(client.get("list").pages(Paging::next_url("next").items("items"))).await;
    assert_eq!(rows, [0, 1, 2]);
    assert!(
        provider.asked().iter().all(|asked| asked.target.matches("key=").count() == 1),
        "{:?}",
        provider.asked()
    );
}

#[tokio::test]
async fn a_wrong_name_for_the_cursor_does_not_end_a_list_unnoticed() {
    let answer = |asked: &Asked| Way::Cursor.honest(asked);
    // What should hold the cursor is not there.
    let wrong = Paging::cursor("cursor", "pagination.next").items("data.items");
    assert_eq!(
        run(Way::Cursor, wrong, answer).await.1.expect_err("no such member").code().as_str(),
        "J1-R1005"
    );
    // It is, but the cursor is not in it: a full page that does not mention a next one does not prove the end.
    let wrong = Paging::cursor("cursor", "meta.nextCursor").size("limit", SIZE as u64).items("data.items");
    let (rows, outcome, _) = run(Way::Cursor, wrong, answer).await;
    assert_eq!(rows.len(), SIZE);
    assert!(!outcome.expect("it ends").is_complete());
}

#[tokio::test]
async fn credentials_stay_with_the_api() {
    for next in
        ["https://evil.example/steal?cursor=c5", "//evil.example/x", "http://127.0.0.1:1/x", "ftp://a/b"]
    {
        let provider = Provider::responding(move |_| {
            Reply::json(&json!({ "items": [{ "id": 1 }], "next": next }))
                .header("link", format!("<{next}>; rel=next"))
        })
        .await;
        for paging in [Paging::next_url("next").items("items"), Paging::link().items("items")] {
            let pages = http().client(&provider.base).expect("an address").get("list").pages(paging);
            let (rows, outcome) = read(pages).await;
            assert_eq!(rows, [1]);
            let error = outcome.expect_err("it is not followed");
            assert!(["J1-R1009", "J1-R1005"].contains(&error.code().as_str()), "{next}: {error}");
        }
    }
}

// guarantee: end: scroll: yes
#[tokio::test]
async fn scroll_ids_may_repeat_where_that_is_declared() {
    let scroll = |asked: &Asked| {
        let begin = (asked.before * SIZE).min(ALL);
        let rows: Vec<usize> = (begin..(begin + SIZE).min(ALL)).collect();
        Way::Cursor.answer(asked, &rows, Some(7), ALL)
    };
    let paging = Way::Cursor.paging().until_empty();
    assert!(run(Way::Cursor, paging, scroll).await.1.is_err(), "the cursor comes back");
    let paging = Paging::scroll("cursor", "meta.next").items("data.items").total("meta.total").until_empty();
    let (rows, outcome, _) = run(Way::Cursor, paging, scroll).await;
    assert_eq!(rows.len(), ALL);
    assert!(outcome.expect("it ends").is_complete());
}

/// A fault of a page, once or for ever.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    Reset,
    Trickle,
    Overload,
    TooMany,
}

impl Trouble {
    fn reply(self, way: Way, asked: &Asked) -> Reply {
        // By the provider's clock it is long ago, and the moment to come back has passed.
        let date = "Sun, 22 Nov 2020 10:00:00 GMT";
        match self {
            Self::Reset => match way.honest(asked) {
                Reply::With(_, _, body) => Reply::Reset(body),
                other => other,
            },
            Self::Trickle => Reply::Trickle,
            Self::Overload => Reply::status(503, "come back later"),
            Self::TooMany => Reply::status(429, "").header("date", date).header("retry-after", date),
        }
    }
}

// guarantee: lost: offset, aligned_offset, page, next_url, link, graphql: yes
#[tokio::test]
async fn responses_that_break_off_or_come_late_are_requested_again() {
    let mut runs = tokio::task::JoinSet::new();
    for way in WAYS {
        for trouble in [Trouble::Reset, Trouble::Trickle, Trouble::Overload, Trouble::TooMany] {
            // With `Retry-After` the client waits long; a test with virtual time checks that this ends.
            for for_ever in [false, true].into_iter().take(if trouble == Trouble::TooMany { 1 } else { 2 }) {
                runs.spawn(async move {
                    // The third page makes trouble.
                    let answer = move |asked: &Asked| {
                        let troubled = asked.before == 2 || for_ever && asked.before > 2;
                        if troubled { trouble.reply(way, asked) } else { way.honest(asked) }
                    };
                    let (rows, outcome, asked) = run(way, way.paging(), answer).await;
                    check(way, "trouble", &rows, &outcome);
                    let complete = outcome.is_ok_and(|outcome| outcome.is_complete());
                    assert_eq!(complete, !for_ever, "{way:?}, {trouble:?}: {rows:?}");
                    // Two pages, and four requests for the third.
                    assert!(!for_ever || asked.len() == 6, "{way:?}, {trouble:?}: {}", asked.len());
                });
            }
        }
    }
    while let Some(ended) = runs.join_next().await {
        ended.expect("no panic");
    }
}
