//! Steps under various responses of the provider.

use j1::prelude::*;
use j1::provider::{self, Client, Http, Incoming, Paging};
use j1::testing::Step;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_badge", class = Record, key = "acme-badge:{id}", name = id, display_name = id)]
struct Badge {
    id: String,
}

#[derive(J1Config)]
struct Config {}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_badges, fetch_cards))]
struct Acme {
    api: Client,
}

#[step(emits(Badge), permissions("badges:read", "org:read"))]
async fn fetch_badges(acme: &Acme, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let people = acme.api.get("people").pages::<String>(Paging::whole());
    // Asked in other tasks than the step's.
    let badges =
        |person: &String| acme.api.get(&format!("people/{person}/badges")).pages::<Badge>(Paging::whole());
    let mut people = provider::lists(people, 2, badges);
    while let Some((_, badges)) = people.next().await? {
        for badge in badges {
            job.add(badge).await?;
        }
    }
    people.finish()
}

#[tokio::test]
async fn a_refusal_names_the_permissions_that_the_step_declares() {
    let http = Http::service(|asked| async move {
        let (status, body) = match asked.url.path() {
            "/people" => (200, r#"["ada"]"#),
            _ => (403, r#"{"message":"no"}"#),
        };
        Ok(Incoming { status, body: body.into(), ..Incoming::default() })
    });
    let api = http.client("https://acme.example").expect("an address");
    let ran = Step::<fetch_badges>::new().run(Acme { api }).await;
    let reason = ran.partial("acme_badge");
    for part in [
        "`GET https://acme.example/people/ada/badges` returned status 403",
        "the step needs the permission `badges:read`, `org:read`; grant it",
    ] {
        assert!(reason.contains(part), "{part} in {reason}");
    }
    assert_eq!(ran.step("fetch-badges").requests, 2);
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_card", class = Record, key = "acme-card:{id}", name = id, display_name = id)]
struct Card {
    id: String,
}

/// Does not ask whether the cards of each person were read in full.
#[step(emits(Card))]
async fn fetch_cards(acme: &Acme, job: &mut Job<fetch_cards>) -> Result<Outcome> {
    let people = acme.api.get("people").pages::<String>(Paging::whole());
    let list = Paging::whole().not_found_is_empty();
    let cards = |person: &String| acme.api.get(&format!("people/{person}/cards")).pages::<Card>(list.clone());
    let mut people = provider::lists(people, 2, cards);
    while let Some((_, cards)) = people.next().await? {
        for card in cards {
            job.add(card).await?;
        }
    }
    drop(people);
    Ok(Outcome::nothing_to_read("it is not true"))
}

#[tokio::test]
async fn lists_that_are_not_read_to_their_end_are_partial() {
    let http = Http::service(|asked| async move {
        let (status, body) = match asked.url.path() {
            "/people" => (200, r#"["ada", "alan"]"#),
            "/people/ada/cards" => (200, r#"[{"id":"ace"}]"#),
            _ => (404, ""),
        };
        Ok(Incoming { status, body: body.into(), ..Incoming::default() })
    });
    let api = http.client("https://acme.example").expect("an address");
    let ran = Step::<fetch_cards>::new().run(Acme { api }).await;
    let reason = ran.partial("acme_card");
    for part in [
        "/people/alan/cards` returned status 404, which proves nothing",
        "the list of `GET https://acme.example/people` without its `finish()`",
        "/people/ada/cards` without its `finish()`",
    ] {
        assert!(reason.contains(part), "{part} in {reason}");
    }
}
