//! Queries that begin at a text, which the index of texts answers, as the graph changes.
#![allow(missing_docs, reason = "tests")]

mod support;

use j1_local::query::{Database, Options};
use j1_local::{Clock, LocalJupiterOne};
use serde_json::{Value, json};
use support::{Client, Local, NOW, has, user};

fn person(number: usize, emails: &[&str], team: &str) -> Value {
    let mut person = user(&format!("u{number}"), &format!("Person {number}"));
    person["email"] = json!(emails);
    person["team"] = json!(team);
    person
}

/// The `_key`s that a query lists.
fn keys(client: &Client, query: &str) -> Vec<String> {
    client.query(query).iter().map(|row| row["entity"]["_key"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_text_finds_the_entities_that_have_it_now() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let builder = || LocalJupiterOne::builder().database(&path).clock(Clock::fixed(NOW));
    let local = Local::with(builder());
    let client = &local.client;
    let first =
        [person(1, &["a@x", "b@x"], "red"), person(2, &["a@x"], "blue"), person(3, &["c\n@x"], "red")];
    let before = client.run("i", &first, &[has("u1", "u2")], &[]);
    let find = |text: &str| keys(client, &format!("FIND acme_user WITH email = '{text}'"));
    assert_eq!(find("a@x"), ["u1", "u2"]);
    assert_eq!(find("b@x"), ["u1"]);
    assert_eq!(find("c\n@x"), ["u3"]);
    assert_eq!(find("d@x"), [""; 0]);
    assert_eq!(keys(client, "FIND User WITH email = ('b@x' OR 'c@x') OR team = 'blue'"), ["u1", "u2"]);
    assert_eq!(keys(client, "FIND User AS u WHERE u.email = 'a@x' AND u.team = 'blue'"), ["u2"]);
    assert_eq!(keys(client, "FIND User WITH email = 'a@x' AND team != 'blue'"), ["u1"]);
    let neighbours = "FIND User WITH email = 'b@x' THAT HAS User AS n RETURN n.displayName";
    assert_eq!(client.query(neighbours), [json!({ "n.displayName": "Person 2" })]);

    // Updated, deleted and new.
    client.run(
        "i",
        &[person(1, &["d@x"], "red"), person(3, &["a@x"], "red"), person(4, &["a@x"], "red")],
        &[],
        &[],
    );
    assert_eq!(find("a@x"), ["u3", "u4"]);
    assert_eq!(find("b@x"), [""; 0]);
    assert_eq!(find("d@x"), ["u1"]);

    // A patch, and properties that are pinned over those of the owner.
    for (mode, email) in [("PATCH", "e@x"), ("OVERRIDE", "f@x")] {
        let body =
            json!({ "source": "integration-external", "integrationInstanceId": "i", "syncMode": mode });
        let job = client.start(&body);
        job.entities(&[json!({ "_key": "u1", "email": [email] })]).ok();
        job.finish(&[]);
        assert_eq!(find(email), ["u1"], "{mode}");
        assert_eq!(find("d@x"), [""; 0], "{mode}");
    }
    local.stop();

    let local = Local::with(builder());
    assert_eq!(keys(&local.client, "FIND User WITH email = 'a@x'"), ["u3", "u4"]);
    local.stop();
    let mut options = Options::new(NOW);
    options.at_job = Some(before["id"].as_str().unwrap().to_owned());
    let past = Database::open(&path).unwrap().query("FIND User WITH email = 'b@x'", &options).unwrap();
    assert_eq!(past.data.len(), 1);
}

#[test]
fn a_text_of_very_many_entities_finds_them_all() {
    let local = Local::start();
    let all: Vec<_> = (0..2_100).map(|number| person(number, &[&format!("{number}@x")], "all")).collect();
    local.client.run("i", &all, &[], &[]);
    assert_eq!(local.client.query("FIND User WITH team = 'all'").len(), 2_100);
    let both = "FIND User WITH team = 'all' AND email = ('1023@x' OR '1024@x' OR '2099@x')";
    assert_eq!(keys(&local.client, both), ["u1023", "u1024", "u2099"]);
    local.client.run("i", &all[2_000..], &[], &[]);
    assert_eq!(keys(&local.client, both), ["u2099"]);
}

#[test]
fn very_many_relationships_find_their_ends_in_every_way() {
    const COUNT: usize = 20_500;
    let local = Local::start();
    let client = &local.client;
    client.run("other", &[user("u7", "Of the other instance")], &[], &[]);
    let ids = client.query("FIND User WITH displayName = 'Of the other instance'");
    let id = ids[0]["entity"]["_id"].as_str().unwrap();
    let all: Vec<_> = (0..COUNT).map(|number| user(&format!("u{number}"), "of this instance")).collect();
    let mut relationships: Vec<_> =
        (0..COUNT).map(|number| has(&format!("u{number}"), &format!("u{}", number * 7 % COUNT))).collect();
    relationships[1]["_toEntityKey"] = json!("not there");
    relationships[2].as_object_mut().unwrap().remove("_toEntityKey");
    relationships[2]["_toEntityId"] = json!(id);
    relationships[3]["_toEntityScope"] = json!("other");
    relationships[3]["_toEntityKey"] = json!("u7");

    let job = client.diff("i");
    job.upload(&all, &[]).ok();
    job.upload(&[], &relationships).ok();
    let ended = job.finish(&[]);
    assert_eq!(ended["numRelationshipsCreated"], COUNT - 1, "{ended}");
    assert_eq!(ended["numRelationshipCreateErrors"], 1);
    let other = "FIND User AS from THAT HAS User WITH displayName = 'Of the other instance' RETURN from._key";
    assert_eq!(client.query(other), [json!({ "from._key": "u2" }), json!({ "from._key": "u3" })]);
    let to = |number: usize| {
        client.query(&format!("FIND User WITH _key = 'u{number}' THAT HAS >> User AS n RETURN n._key"))
    };
    assert_eq!(to(5_000), [json!({ "n._key": format!("u{}", 35_000 % COUNT) })]);

    // The same again changes nothing, and an entity takes its relationships with it.
    let job = client.diff("i");
    job.upload(&all, &relationships).ok();
    assert_eq!(support::changes(&job.finish(&[]), "Relationships"), (0, 0, 0));
    let job = client.diff("i");
    job.upload(&all[..COUNT - 1], &relationships).ok();
    let ended = job.finish(&[]);
    assert_eq!(support::changes(&ended, "Entities"), (0, 0, 1));
    assert_eq!(support::changes(&ended, "Relationships"), (0, 0, 2));
}
