//! A request for each record of a list.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use j1_core::{Error, Outcome};
use j1_runtime::provider::{self, Client, Http, Incoming, Limits, Outgoing, Pages, Paging, Unanswered};
use serde_json::{Value, json};

/// Lists 12 groups; the members of the nth come after a time that makes the later ones come first.
fn groups(answer: impl Fn(usize) -> (u16, Value) + Send + Sync + 'static) -> (Client, Arc<AtomicUsize>) {
    let (now, most, answer) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(answer));
    let peak = Arc::clone(&most);
    let http = Http::service(move |asked: Outgoing| {
        let (now, most, answer) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&answer));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let (status, body) = match asked.url.path().strip_prefix("/groups/") {
                Some(number) => {
                    let number: usize = number.parse().expect("a number");
                    tokio::time::sleep(Duration::from_millis(100 - u64::try_from(number).expect("few")))
                        .await;
                    answer(number)
                }
                None => (200, json!((0..12).collect::<Vec<usize>>())),
            };
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, Unanswered>(Incoming { status, body: body.to_string().into(), ..Incoming::default() })
        }
    });
    (http.client("https://acme.example").expect("an address"), peak)
}

fn all(client: &Client) -> Pages<usize> {
    client.get("groups").pages(Paging::whole())
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_order_and_only_so_many_at_once() {
    let (client, most) = groups(|number| (200, json!([number, number])));
    let mut members = provider::lists::<_, usize>(all(&client), 4, |group| {
        client.get(&format!("groups/{group}")).pages(Paging::whole())
    });
    let mut seen = Vec::new();
    while let Some((group, members)) = members.next().await.expect("all come") {
        assert_eq!(members, [group, group]);
        seen.push(group);
    }
    assert_eq!(seen, (0..12).collect::<Vec<_>>());
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert!(members.finish().expect("an outcome").is_complete());
}

#[tokio::test(start_paused = true)]
async fn one_list_that_is_not_complete_makes_the_whole_partial() {
    let (client, _) = groups(|number| if number == 7 { (404, json!({})) } else { (200, json!([1])) });
    let list = Paging::whole().not_found_is_empty();
    let mut members = provider::lists::<_, Value>(all(&client), 3, |group| {
        client.get(&format!("groups/{group}")).pages(list.clone())
    });
    while members.next().await.expect("all come").is_some() {}
    let outcome = members.finish().expect("an outcome");
    assert!(outcome.reasons().len() == 1 && outcome.reasons()[0].contains("/groups/7"), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn missing_details_are_skipped_and_an_error_ends_the_list() {
    let (client, _) =
        groups(|number| if number == 2 { (404, json!({})) } else { (200, json!({ "id": number })) });
    let mut details =
        provider::details::<_, Value>(all(&client), 5, |group| client.get(&format!("groups/{group}")));
    let mut gone = Vec::new();
    while let Some((group, detail)) = details.next().await.expect("all come") {
        if detail.is_none() {
            gone.push(group);
        }
    }
    assert_eq!(gone, [2]);
    assert!(!details.finish().expect("an outcome").is_complete());

    let (client, _) = groups(|number| if number == 2 { (403, json!({})) } else { (200, json!({})) });
    let mut details =
        provider::details::<_, Value>(all(&client), 5, |group| client.get(&format!("groups/{group}")));
    assert!(details.next().await.is_ok() && details.next().await.is_ok());
    assert_eq!(details.next().await.expect_err("refused").code().as_str(), "J1-R1001");
    assert!(!details.finish().expect("an outcome").is_complete(), "and it is not complete");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_asks_between_two_details_does_not_wait_for_ever() {
    let (client, most) = groups(|number| (200, json!([number])));
    let client = client.limits(Limits::concurrent(1));
    let mut members = provider::lists::<_, usize>(all(&client), 4, |group| {
        client.get(&format!("groups/{group}")).pages(Paging::whole())
    });
    while let Some((group, _)) = members.next().await.expect("all come") {
        client.get(&format!("groups/{group}")).accepted().await.expect("its turn comes");
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn requests_for_each_record_run_at_once_and_are_proven_together() {
    let (client, most) = groups(|number| (200, json!([number])));
    let work = |group: &usize| {
        let (client, group) = (client.clone(), *group);
        async move {
            let list = || client.get(&format!("groups/{group}")).pages::<usize>(Paging::whole()).all();
            let (first, read) = list().await?;
            let (second, again) = list().await?;
            Ok((first.len() + second.len(), read.and(again)))
        }
    };
    let mut sums = provider::concurrently(provider::known(0..12, "a test has them"), 4, work);
    let mut seen = Vec::new();
    while let Some((group, sum)) = sums.next().await.expect("all come") {
        assert_eq!(sum, 2);
        seen.push(group);
    }
    assert_eq!(seen, (0..12).collect::<Vec<_>>());
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert!(sums.finish().expect("an outcome").is_complete());
}

#[tokio::test(start_paused = true)]
async fn one_unproven_record_makes_the_whole_partial() {
    let work = |number: &usize| {
        let outcome = match number {
            2 => Outcome::partial("the provider hides the second"),
            _ => Outcome::nothing_to_read("a test"),
        };
        async move { Ok(((), outcome)) }
    };
    let mut all = provider::concurrently(provider::known(0..4, "a test has them"), 2, work);
    while all.next().await.expect("all come").is_some() {}
    assert_eq!(all.finish().expect("an outcome").reasons(), ["the provider hides the second"]);

    // Who stops before the end has not looked at all of them.
    let mut some = provider::concurrently(provider::known(3..9, "a test has them"), 2, work);
    assert!(some.next().await.expect("one comes").is_some());
    let outcome = some.finish().expect("an outcome");
    assert!(outcome.reasons()[0].contains("of the known values were not used"), "{outcome:?}");

    // And an error of one is the error of the whole.
    let broken = |number: &usize| {
        let ended = if *number == 1 { Err(Error::other("it is broken")) } else { Ok(()) };
        async move { ended.map(|()| ((), Outcome::nothing_to_read("a test"))) }
    };
    let mut all = provider::concurrently(provider::known(0..4, "a test has them"), 2, broken);
    assert!(all.next().await.is_ok());
    assert!(all.next().await.expect_err("the second is broken").to_string().contains("it is broken"));
    assert!(!all.finish().expect("an outcome").is_complete());
}
