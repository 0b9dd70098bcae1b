//! OVERRIDE: what is pinned over entities that others own, and for how long.
#![allow(missing_docs, reason = "tests")]

mod support;

use serde_json::{Map, Value, json};
use support::{Client, Local, changes, has, user};

/// Pins properties in the name of this scope.
fn pin(client: &Client, scope: &str, entities: &[Value]) -> Value {
    let job = client.start(&json!({ "source": "api", "scope": scope, "syncMode": "OVERRIDE" }));
    job.entities(entities).ok();
    job.finish(&[])
}

/// The properties of the only entity of a type.
fn props(client: &Client) -> Map<String, Value> {
    let rows = client.query("FIND acme_user");
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0]["properties"].as_object().unwrap().clone()
}

#[test]
fn a_pin_holds_over_what_its_owner_sends_until_it_is_taken_off() {
    let local = Local::start();
    let client = &local.client;
    let ada = user("acme:user:1", "Ada");
    client.run("i", std::slice::from_ref(&ada), &[], &[]);
    let before = props(client);

    let pinned = json!({ "_key": "acme:user:1", "owner": "security", "displayName": "Ada L." });
    let ended = pin(client, "s", std::slice::from_ref(&pinned));
    assert_eq!((&ended["syncMode"], changes(&ended, "Entities")), (&json!("OVERRIDE"), (0, 1, 0)));
    assert_eq!(
        changes(&pin(client, "s", &[pinned]), "Entities"),
        (0, 0, 0),
        "the same object again is not a change"
    );
    let shown = props(client);
    assert_eq!(
        (&shown["owner"], &shown["displayName"], &shown["name"]),
        (&json!("security"), &json!("Ada L."), &before["name"])
    );
    assert_eq!(client.query("FIND acme_user")[0]["entity"]["displayName"], "Ada L.");

    // The owner's run changes what it owns, and nothing of it is a change because of the pin.
    assert_eq!(changes(&client.run("i", std::slice::from_ref(&ada), &[], &[]), "Entities"), (0, 0, 0));
    let mut other = ada;
    other["owner"] = json!("it");
    assert_eq!(changes(&client.run("i", &[other], &[], &[]), "Entities"), (0, 1, 0));
    assert_eq!(props(client)["owner"], "security");

    let off = json!({ "_key": "acme:user:1", "owner": null });
    assert_eq!(changes(&pin(client, "another", &[off]), "Entities"), (0, 1, 0));
    let shown = props(client);
    assert_eq!(
        (&shown["owner"], &shown["displayName"]),
        (&json!("it"), &json!("Ada L.")),
        "the other pin stays"
    );
}

#[test]
fn only_what_exists_and_is_meant_is_pinned() {
    let local = Local::start();
    let client = &local.client;
    client.run("i", &[user("acme:user:1", "Ada"), user("acme:user:2", "Grace")], &[], &[]);
    client.run("j", &[user("acme:user:2", "Another Grace")], &[], &[]);
    let count = || client.query("FIND *").len();
    let held = count();

    // None of that key; two of it, and no word which; one by its `_id`.
    let id = client.query("FIND * WITH _integrationInstanceId = 'j'")[0]["id"].clone();
    let ended = pin(
        client,
        "s",
        &[
            json!({ "_key": "acme:user:9", "owner": "x" }),
            json!({ "_key": "acme:user:2", "owner": "x" }),
            json!({ "_id": id, "owner": "x" }),
        ],
    );
    assert_eq!((&ended["numEntityUpdateErrors"], changes(&ended, "Entities")), (&json!(2), (0, 1, 0)));
    assert_eq!(count(), held, "nothing is created");
    let pinned = client.query("FIND acme_user").into_iter().filter(|row| row["properties"]["owner"] == "x");
    assert_eq!(pinned.map(|row| row["id"].clone()).collect::<Vec<_>>(), [id]);

    // One who is gone takes the pin along.
    client.run("j", &[], &[], &[]);
    client.run("j", &[user("acme:user:2", "Another Grace")], &[], &[]);
    assert!(client.query("FIND acme_user").iter().all(|row| row["properties"].get("owner").is_none()));
}

#[test]
fn it_takes_no_relationships_and_ten_thousand_entities() {
    let local = Local::start();
    let client = &local.client;
    let job = client.start(&json!({ "source": "api", "scope": "s", "syncMode": "OVERRIDE" }));
    let refused = job.upload(&[], &[has("acme:user:1", "acme:user:2")]);
    assert_eq!(refused.error(), (400, "INVALID_REQUEST".to_owned()));
    let many = |from: usize, to: usize| -> Vec<Value> {
        (from..to).map(|n| json!({ "_key": format!("acme:user:{n}"), "owner": "x" })).collect()
    };
    job.entities(&many(0, 9_999)).ok();
    assert_eq!(job.entities(&many(9_999, 10_001)).error(), (400, "INVALID_REQUEST".to_owned()));
    job.entities(&many(9_999, 10_000)).ok();
    assert_eq!(job.finish(&[])["numEntityUpdateErrors"], 10_000);
}
