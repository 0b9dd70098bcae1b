//! Steps that go on after an error, or drop what they requested: nothing of that is complete.

use std::time::Duration;

use j1::prelude::*;
use j1::provider::{self, Client, Http, Incoming, Nested, Paging, Unanswered};
use j1::testing::{Ran, Step};
use reqwest::header::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_badge", class = Record, key = "acme-badge:{id}", name = id, display_name = id)]
struct Badge {
    id: String,
}

#[derive(Deserialize)]
struct Person {
    badges: Nested<Badge>,
}

#[derive(J1Config)]
struct Config {}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_badges))]
struct Acme {
    api: Client,
    misdeed: Misdeed,
}

/// The code of the step's author.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Misdeed {
    Json,
    FirstPage,
    Counted,
    CountedPages,
    CountedAndWhole,
    Part,
    Later,
    RawPart,
    FoundPart,
    DetailsPart,
    NotFound,
    NotFoundIsGone,
    Timeout,
    NextAfterError,
    Details,
    Concurrently,
    NoValues,
    NoValuesIsFine,
    OwnTask,
    TaskThatGoesOn,
    RequestThatGoesOn,
    Forgotten,
    FanForgotten,
    FanGivenUp,
    FanTolerated,
    Underscore,
    NestedIsCut,
    NestedIsDropped,
    Tolerated,
}

const WHOLE: Paging = Paging::whole();

#[expect(clippy::too_many_lines, reason = "one arm for each way to pass over an error")]
#[step(emits(Badge))]
async fn fetch_badges(acme: &Acme, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let api = &acme.api;
    let done = Ok(Outcome::nothing_to_read("it may not be true"));
    match acme.misdeed {
        Misdeed::Json => {
            for person in ["ada", "broken"] {
                if let Ok(badge) = api.get_at(&["badges", person]).json::<Badge>().await {
                    job.add(badge).await?;
                }
            }
        }
        Misdeed::FirstPage => {
            for badge in api.get("first-page").json::<Vec<Badge>>().await? {
                job.add(badge).await?;
            }
        }
        Misdeed::Counted | Misdeed::CountedPages | Misdeed::CountedAndWhole => {
            let path = match acme.misdeed {
                Misdeed::Counted => "counted",
                Misdeed::CountedPages => "counted-pages",
                _ => "counted-and-whole",
            };
            for badge in api.get(path).json::<Vec<Badge>>().await? {
                job.add(badge).await?;
            }
        }
        Misdeed::Later => drop(job.add(api.get("later").json::<Badge>().await?).await?),
        Misdeed::Part => drop(job.add(api.get("part").json::<Badge>().await?).await?),
        Misdeed::RawPart => drop(api.get("part").send().await?),
        Misdeed::FoundPart => drop(api.get("part").json_if_found::<Badge>().await?),
        Misdeed::DetailsPart => {
            let people = api.get("people").pages::<String>(WHOLE);
            let mut badges = provider::details::<_, Badge>(people, 1, |_| api.get("part"));
            while badges.next().await?.is_some() {}
            return badges.finish();
        }
        Misdeed::NotFound => drop(api.get("gone").json_if_found::<Badge>().await?),
        Misdeed::NotFoundIsGone => drop(api.get("gone").gone_if_not_found().json_if_found::<Badge>().await?),
        Misdeed::Timeout => {
            let slow = api.get("slow");
            let _ = tokio::time::timeout(Duration::from_millis(1), slow.json::<Badge>()).await;
        }
        Misdeed::NextAfterError => {
            let mut list = api.get("broken").pages::<Badge>(WHOLE);
            let _ = list.next().await;
            return list.finish();
        }
        Misdeed::Details => {
            let people = api.get("people").pages::<String>(WHOLE);
            let mut badges =
                provider::details::<_, Badge>(people, 1, |person| api.get_at(&["badges", person]));
            while !matches!(badges.next().await, Ok(None)) {}
            return badges.finish();
        }
        Misdeed::Concurrently => {
            let people = api.get("people").pages::<String>(WHOLE);
            let work = |person: &String| {
                let badge = api.get_at(&["badges", person]);
                async move { Ok((badge.json::<Badge>().await?, Outcome::nothing_to_read("one request"))) }
            };
            let mut badges = provider::concurrently(people, 1, work);
            while !matches!(badges.next().await, Ok(None)) {}
            return badges.finish();
        }
        Misdeed::NoValues | Misdeed::NoValuesIsFine => {
            let none = Vec::<String>::new();
            let regions = match acme.misdeed {
                Misdeed::NoValues => provider::known(none, "the configuration names the regions"),
                _ => provider::known_or_none(none, "the configuration names the regions"),
            };
            let mut lists =
                provider::lists(regions, 1, |region| api.get_at(&["badges", region]).pages::<Badge>(WHOLE));
            while lists.next().await?.is_some() {}
            return lists.finish();
        }
        Misdeed::OwnTask => {
            let mut list = api.get("list").pages::<Badge>(WHOLE);
            let task = tokio::spawn(async move { list.next().await.map(drop) });
            let _ = task.await;
        }
        Misdeed::TaskThatGoesOn => {
            let mut list = api.get("list").pages::<Badge>(WHOLE);
            drop(tokio::spawn(async move {
                let first = list.next().await.map(drop);
                std::future::pending::<()>().await;
                first
            }));
        }
        Misdeed::RequestThatGoesOn => {
            let slow = api.get("slow");
            drop(tokio::spawn(async move { slow.json::<Badge>().await.map(drop) }));
            tokio::task::yield_now().await;
        }
        Misdeed::Forgotten => {
            let mut list = api.get("list").pages::<Badge>(WHOLE);
            list.next().await?;
            std::mem::forget(list);
        }
        Misdeed::FanForgotten | Misdeed::FanGivenUp | Misdeed::FanTolerated => {
            let people = api.get("people").pages::<String>(WHOLE);
            let given_up = acme.misdeed == Misdeed::FanGivenUp;
            let work = move |person: &String| {
                let badge = if given_up { api.get_at(&["late", person]) } else { api.get("slow") };
                async move { Ok((badge.json::<Badge>().await?, Outcome::nothing_to_read("one request"))) }
            };
            let mut badges = provider::concurrently(people, 2, work);
            let mut left = 100_u32;
            while given_up || left > 0 {
                match tokio::time::timeout(Duration::ZERO, badges.next()).await {
                    Ok(next) => {
                        let Some((_, badge)) = next? else { return badges.finish() };
                        job.add(badge).await?;
                    }
                    // Let the provider go on.
                    Err(_) => tokio::task::yield_now().await,
                }
                left = left.saturating_sub(1);
            }
            if acme.misdeed == Misdeed::FanTolerated {
                return Ok(badges.finish()?.tolerate("badges are decoration"));
            }
            std::mem::forget(badges);
        }
        Misdeed::Underscore => {
            let (_, _) = api.get("unreadable").pages::<Badge>(WHOLE).all().await?;
        }
        Misdeed::NestedIsCut => {
            let person: Person = api.get("person").json().await?;
            let (badges, read) = person.badges.into_parts("the badges of a person");
            for badge in badges {
                job.add(badge).await?;
            }
            return Ok(read);
        }
        Misdeed::NestedIsDropped => drop(api.get("person").json::<Person>().await?),
        Misdeed::Tolerated => {
            let photo = api.get("broken").json::<Badge>().await.tolerate("badges are decoration");
            assert!(photo.is_none());
        }
    }
    done
}

async fn ran(misdeed: Misdeed) -> Ran {
    let http = Http::service(|asked| async move {
        let mut headers = HeaderMap::new();
        if asked.url.path() == "/first-page" {
            headers.insert("link", HeaderValue::from_static("</first-page?page=2>; rel=\"next\""));
        }
        let counted = match asked.url.path() {
            "/counted" => &[("x-total-count", "2")][..],
            "/counted-pages" => &[("x-total-pages", "2")],
            "/counted-and-whole" => &[("x-total-count", "1"), ("x-total-pages", "1")],
            _ => &[],
        };
        for (name, value) in counted {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        let (status, body) = match asked.url.path() {
            "/first-page" | "/counted" | "/counted-pages" | "/counted-and-whole" => (200, r#"[{"id":"a"}]"#),
            "/part" => (206, r#"{"id":"a"}"#),
            "/later" => (202, r#"{"id":"a"}"#),
            "/people" => (200, r#"["ada", "broken"]"#),
            "/badges/ada" => (200, r#"{"id":"ada"}"#),
            "/list" => (200, r#"[{"id":"a"},{"id":"b"}]"#),
            "/unreadable" => (200, r#"[{"id":"a"},{"id":7}]"#),
            "/person" => (200, r#"{"badges":{"nodes":[{"id":"a"}],"pageInfo":{"hasNextPage":true}}}"#),
            "/gone" => (404, ""),
            path @ ("/late/ada" | "/late/broken") => {
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                (200, if path.ends_with("ada") { r#"{"id":"ada"}"# } else { r#"{"id":"other"}"# })
            }
            "/slow" => std::future::pending().await,
            _ => (403, r#"{"message":"no"}"#),
        };
        Ok::<_, Unanswered>(Incoming { status, headers, body: body.into() })
    });
    let api = http.client("https://acme.example").expect("a URL");
    Step::<fetch_badges>::new().run(Acme { api, misdeed }).await
}

#[tokio::test]
async fn anything_a_step_passes_over_makes_it_partial() {
    for (misdeed, says) in [
        (Misdeed::Json, "/badges/broken` returned status 403"),
        (Misdeed::FirstPage, "/first-page` returned a part of what was requested: the header `Link`"),
        (Misdeed::Counted, "`x-total-count` is 2, and 1 records came"),
        (Misdeed::CountedPages, "`x-total-pages` is 2"),
        (Misdeed::Part, "/part` returned a part of what was requested: the status is 206"),
        (Misdeed::Later, "/later` returned a part of what was requested: the status is 202"),
        (Misdeed::RawPart, "/part` returned a part of what was requested: the status is 206"),
        (Misdeed::FoundPart, "/part` returned a part of what was requested: the status is 206"),
        (Misdeed::DetailsPart, "/part` returned a part of what was requested: the status is 206"),
        (Misdeed::NotFound, "/gone` returned status 404, which proves nothing"),
        (Misdeed::Timeout, "/slow` was given up before its response"),
        (Misdeed::NextAfterError, "/broken` returned status 403"),
        (Misdeed::Details, "/badges/broken` returned status 403"),
        (Misdeed::Concurrently, "/badges/broken` returned status 403"),
        (Misdeed::NoValues, "no values to read for: the configuration names the regions"),
        (Misdeed::OwnTask, "left the list of `GET https://acme.example/list`"),
        (Misdeed::TaskThatGoesOn, "left the list of `GET https://acme.example/list`"),
        (Misdeed::RequestThatGoesOn, "/slow` was given up before its response"),
        (Misdeed::Forgotten, "left the list of `GET https://acme.example/list`"),
        (Misdeed::FanForgotten, "left what it requested with `the work for each record`"),
        (Misdeed::Underscore, "record 2"),
        (Misdeed::NestedIsCut, "the badges of a person may be cut: `pageInfo.hasNextPage` is true"),
        (Misdeed::NestedIsDropped, "left a nested list"),
    ] {
        let ran = ran(misdeed).await;
        let partial = ran.partial("acme_badge");
        assert!(partial.contains(says), "{misdeed:?}: {partial}");
    }
}

/// What a step stops waiting for is not lost if it asks again.
#[tokio::test]
async fn a_fan_that_is_given_up_and_asked_again_loses_nothing() {
    let ran = ran(Misdeed::FanGivenUp).await;
    ran.assert_complete();
    assert_eq!(ran.summary.types["acme_badge"], 2);
}

#[tokio::test]
async fn losses_accepted_with_a_reason_are_complete() {
    for misdeed in
        [Misdeed::NotFoundIsGone, Misdeed::NoValuesIsFine, Misdeed::Tolerated, Misdeed::FanTolerated]
    {
        ran(misdeed).await.assert_complete();
    }
}

#[tokio::test]
async fn a_list_that_is_read_as_one_value_and_is_as_long_as_counted_is_complete() {
    let ran = ran(Misdeed::CountedAndWhole).await;
    ran.assert_complete();
    assert_eq!(ran.summary.types["acme_badge"], 1);
}
