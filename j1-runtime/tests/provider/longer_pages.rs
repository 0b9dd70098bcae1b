//! Pages that hold more records than were asked for: where the next one begins is not what came before.

use j1_core::Outcome;
use j1_runtime::provider::Paging;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Asked, Provider, Reply, http};

const ALL: usize = 23;
const SIZE: usize = 5;

#[derive(Deserialize)]
struct Row {
    id: usize,
}

/// Reads the list of a provider that answers so: the records that came, and what they prove.
async fn read(
    paging: Paging,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (Vec<usize>, j1_core::Result<Outcome>) {
    let provider = Provider::responding(answer).await;
    let mut pages = http().client(&provider.base).expect("an address").get("things").pages::<Row>(paging);
    let mut rows = Vec::new();
    loop {
        match pages.next().await {
            Ok(Some(row)) => rows.push(row.id),
            Ok(None) => return (rows, pages.finish()),
            Err(error) => return (rows, Err(error)),
        }
    }
}

fn rows(ids: impl IntoIterator<Item = usize>) -> Reply {
    let items: Vec<Value> = ids.into_iter().map(|id| json!({ "id": id })).collect();
    Reply::json(&json!({ "items": items, "total": ALL }))
}

fn skipped(asked: &Asked) -> usize {
    asked.query("skip").map_or(0, |text| text.parse().expect("a number"))
}

#[tokio::test]
async fn a_page_longer_than_requested_gives_no_next_offset() {
    // The first record is on every page, so a page has one more than it was asked for, and what came is one too many to
    // skip: each page would lose a record.
    let pinned = |asked: &Asked| {
        let begin = skipped(asked).min(ALL);
        rows((0..usize::from(begin < ALL)).chain(begin..(begin + SIZE).min(ALL)))
    };
    // All of them, whatever is asked for.
    let all = |_: &Asked| rows(0..ALL);
    for paging in [
        Paging::offset("limit", "skip", SIZE as u64).items("items"),
        Paging::offset("limit", "skip", SIZE as u64).items("items").total("total"),
    ] {
        for (_, outcome) in [read(paging.clone(), pinned).await, read(paging, all).await] {
            let error = outcome.expect_err("it is not complete");
            assert_eq!(error.code().as_str(), "J1-R1005", "{error}");
            assert!(error.to_string().contains("5 were requested"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_longer_page_that_is_the_end_is_one() {
    let paging = Paging::offset("limit", "skip", SIZE as u64).items("items").total("total").until_total();
    let (ids, outcome) = read(paging, |_| rows(0..ALL)).await;
    assert_eq!(ids, (0..ALL).collect::<Vec<_>>());
    assert!(outcome.expect("it ends").is_complete());
}

#[tokio::test]
async fn numbers_of_pages_do_not_depend_on_their_length() {
    let paging = Paging::page("page", "per_page", SIZE as u64).items("items").total("total");
    // Pages of ten, whatever is asked for.
    let longer = |asked: &Asked| {
        let page: usize = asked.query("page").expect("a page").parse().expect("a number");
        rows(((page - 1) * 10).min(ALL)..(page * 10).min(ALL))
    };
    let (ids, outcome) = read(paging, longer).await;
    assert_eq!(ids, (0..ALL).collect::<Vec<_>>());
    assert!(outcome.expect("it ends").is_complete());
}
