//! Created, updated, deleted and kept objects of a DIFF finalize.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use j1_local::{Clock, LocalJupiterOne};
use serde_json::{Value, json};
use support::{Local, changes, entity, has, user};

fn group(key: &str) -> Value {
    entity("acme_group", "UserGroup", key, "Staff")
}

fn mapped(source: &str, email: &str) -> Value {
    json!({
        "_key": format!("{source}|is|person"), "_type": "acme_user_is_person", "_class": "IS", "displayName": "IS",
        "_mapping": {
            "sourceEntityKey": source, "relationshipDirection": "FORWARD", "targetFilterKeys": [["_class", "email"]],
            "skipTargetCreation": true,
            "targetEntity": { "_type": "person", "_class": "Person", "email": email }
        }
    })
}

#[test]
fn an_identical_upload_changes_nothing() {
    let local = Local::start();
    let entities = [user("acme:user:1", "Ada"), group("acme:group:1")];
    let relationships = [has("acme:group:1", "acme:user:1"), mapped("acme:user:1", "ada@acme.example")];
    let first = local.client.run("i", &entities, &relationships, &[]);
    assert_eq!(changes(&first, "Entities"), (2, 0, 0));
    assert_eq!(changes(&first, "Relationships"), (1, 0, 0));
    assert_eq!(changes(&first, "MappedRelationships"), (1, 0, 0));
    let second = local.client.run("i", &entities, &relationships, &[]);
    for which in ["Entities", "Relationships", "MappedRelationships"] {
        assert_eq!(changes(&second, which), (0, 0, 0), "{which}");
    }
    assert_eq!(second["numRelationshipsUploaded"], 2);
}

#[test]
fn spelling_alone_is_not_a_change() {
    let local = Local::start();
    let mut first = user("acme:user:1", "Ada");
    first["loginCount"] = json!(3);
    local.client.run("i", &[first.clone()], &[], &[]);
    first["_class"] = json!(["User"]);
    first["loginCount"] = json!(3.0);
    assert_eq!(changes(&local.client.run("i", &[first.clone()], &[], &[]), "Entities"), (0, 0, 0));
    first["loginCount"] = json!(4);
    assert_eq!(changes(&local.client.run("i", &[first], &[], &[]), "Entities"), (0, 1, 0));
}

#[test]
fn objects_that_were_not_uploaded_are_deleted_with_their_relationships() {
    let local = Local::start();
    let client = &local.client;
    let entities = [user("acme:user:1", "Ada"), user("acme:user:2", "Bob"), group("acme:group:1")];
    let relationships = [
        has("acme:group:1", "acme:user:1"),
        has("acme:group:1", "acme:user:2"),
        mapped("acme:user:2", "bob@acme.example"),
    ];
    client.run("i", &entities, &relationships, &[]);
    let ended =
        client.run("i", &[user("acme:user:1", "Ada L."), group("acme:group:1")], &relationships[..1], &[]);
    assert_eq!(changes(&ended, "Entities"), (0, 1, 1));
    assert_eq!(changes(&ended, "Relationships"), (0, 0, 1));
    assert_eq!(changes(&ended, "MappedRelationships"), (0, 0, 1));
    assert_eq!(client.keys("i"), ["acme:group:1", "acme:user:1"]);

    let ended = client.run("i", &[], &[], &[]);
    assert_eq!(changes(&ended, "Entities"), (0, 0, 2));
    assert_eq!(changes(&ended, "Relationships"), (0, 0, 1));
    assert_eq!(client.keys("i"), Vec::<String>::new());
}

#[test]
fn partial_types_are_kept_and_their_uploads_still_counted() {
    let local = Local::start();
    let client = &local.client;
    let entities = [user("acme:user:1", "Ada"), user("acme:user:2", "Bob"), group("acme:group:1")];
    let relationships = [has("acme:group:1", "acme:user:1"), has("acme:group:1", "acme:user:2")];
    client.run("i", &entities, &relationships, &[]);

    let partial = ["acme_user", "acme_group_has_user"];
    let ended = client.run(
        "i",
        &[user("acme:user:1", "Ada L."), user("acme:user:3", "Eve"), group("acme:group:1")],
        &[],
        &partial,
    );
    assert_eq!(changes(&ended, "Entities"), (1, 1, 0));
    assert_eq!(changes(&ended, "Relationships"), (0, 0, 0));
    assert_eq!(ended["partialDatasets"]["types"], json!(partial));
    assert_eq!(client.count("relationships", "acme_group_has_user"), 2);

    // The relationships are partial, but the group at their end is not, and goes.
    let ended = client.run("i", &[], &[], &partial);
    assert_eq!(changes(&ended, "Entities"), (0, 0, 1));
    assert_eq!(changes(&ended, "Relationships"), (0, 0, 2));
    assert_eq!(client.keys("i"), ["acme:user:1", "acme:user:2", "acme:user:3"]);
}

#[test]
fn a_relationship_without_both_ends_is_counted_and_not_created() {
    let local = Local::start();
    let client = &local.client;
    let relationships = [
        has("acme:group:1", "acme:user:1"),
        has("acme:group:1", "acme:user:9"),
        mapped("acme:user:9", "who@acme.example"),
    ];
    let ended = client.run("i", &[user("acme:user:1", "Ada"), group("acme:group:1")], &relationships, &[]);
    assert_eq!(changes(&ended, "Relationships"), (1, 0, 0));
    assert_eq!(ended["numRelationshipCreateErrors"], 1);
    assert_eq!(ended["numMappedRelationshipCreateErrors"], 1);

    // The user is deleted by this very job, so its relationship has lost an end.
    let ended = client.run("i", &[group("acme:group:1")], &relationships[..1], &[]);
    assert_eq!(ended["numRelationshipCreateErrors"], 1);
    assert_eq!(changes(&ended, "Relationships"), (0, 0, 1));
    assert_eq!(client.count("relationships", "acme_group_has_user"), 0);
}

#[test]
fn ends_may_belong_to_another_scope_when_that_is_named() {
    let local = Local::start();
    let client = &local.client;
    client.run("theirs", &[user("acme:user:1", "Ada")], &[], &[]);
    let id = client.query("FIND User")[0]["id"].as_str().unwrap().to_owned();
    let by_scope = json!({
        "_key": "acme:group:1|has|scope", "_type": "acme_group_has_user", "_class": "HAS",
        "_fromEntityKey": "acme:group:1", "_toEntityKey": "acme:user:1",
        "_toEntitySource": "integration-external", "_toEntityScope": "theirs"
    });
    let by_id = json!({
        "_key": "acme:group:1|has|id", "_type": "acme_group_has_user", "_class": "HAS",
        "_fromEntityKey": "acme:group:1", "_toEntityId": id
    });
    let by_key = has("acme:group:1", "acme:user:1");
    let ended = client.run("ours", &[group("acme:group:1")], &[by_scope, by_id, by_key], &[]);
    assert_eq!(changes(&ended, "Relationships"), (2, 0, 0));
    assert_eq!(ended["numRelationshipCreateErrors"], 1);

    // Their entity goes, and with it our relationships to it.
    let ended = client.run("theirs", &[], &[], &[]);
    assert_eq!(changes(&ended, "Relationships"), (0, 0, 2));
}

#[test]
fn a_relationship_may_move_to_another_end() {
    let local = Local::start();
    let client = &local.client;
    let entities = [user("acme:user:1", "Ada"), user("acme:user:2", "Bob"), group("acme:group:1")];
    let mut edge = has("acme:group:1", "acme:user:1");
    client.run("i", &entities, &[edge.clone()], &[]);
    edge["_toEntityKey"] = json!("acme:user:2");
    // Its old end goes in the same job: the relationship is updated, not cut off.
    let ended = client.run("i", &entities[1..], &[edge], &[]);
    assert_eq!(changes(&ended, "Relationships"), (0, 1, 0));
    assert_eq!(changes(&ended, "Entities"), (0, 0, 1));
    assert_eq!(client.count("relationships", "acme_group_has_user"), 1);
}

#[test]
fn a_key_may_change_its_type() {
    let local = Local::start();
    let client = &local.client;
    client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    let admin = entity("acme_admin", "User", "acme:user:1", "Ada");
    assert_eq!(changes(&client.run("i", &[admin], &[], &[]), "Entities"), (0, 1, 0));
    assert_eq!(client.query("FIND acme_admin").len(), 1);
    assert_eq!(client.query("FIND acme_user").len(), 0);
}

#[test]
fn raw_data_is_counted_apart_and_is_no_new_version() {
    let local = Local::start();
    let client = &local.client;
    let with = |raw: Value| {
        let mut user = user("acme:user:1", "Ada");
        user["_rawData"] = raw;
        user
    };
    let raw = |ended: &Value| {
        let count = |what| ended[format!("numEntityRawDataEntries{what}")].as_u64().unwrap();
        (count("Created"), count("Updated"), count("Deleted"))
    };
    let two = json!([{ "name": "default", "rawData": { "a": 1 } }, { "name": "more", "rawData": [2] }]);
    let ended = client.run("i", &[with(two.clone())], &[], &[]);
    assert_eq!(raw(&ended), (2, 0, 0));
    assert_eq!(raw(&client.run("i", &[with(two)], &[], &[])), (0, 0, 0));
    let ended = client.run("i", &[with(json!([{ "name": "default", "rawData": { "a": 2 } }]))], &[], &[]);
    assert_eq!(raw(&ended), (0, 1, 1));
    assert_eq!(changes(&ended, "Entities"), (0, 0, 0));
    let row = &client.query("FIND User")[0];
    assert_eq!(row["entity"]["_version"], 1);
    assert!(!row.to_string().contains("_rawData"), "{row}");
    // The Node client sends a map instead of a list.
    let ended = client.run(
        "i",
        &[with(json!({ "more": { "body": "x", "contentType": "application/json" } }))],
        &[],
        &[],
    );
    assert_eq!(raw(&ended), (1, 0, 1));
    assert_eq!(raw(&client.run("i", &[], &[], &[])), (0, 0, 1));
}

#[test]
fn versions_and_times_follow_the_changes_and_ids_stay() {
    let time = Arc::new(AtomicI64::new(1000));
    let clock = Clock::from_fn({
        let time = Arc::clone(&time);
        move || time.load(Ordering::SeqCst)
    });
    let local = Local::with(LocalJupiterOne::builder().clock(clock));
    let row = |name: &str, now: i64| {
        time.store(now, Ordering::SeqCst);
        local.client.run("i", &[user("acme:user:1", name)], &[], &[]);
        local.client.query("FIND User")[0]["entity"].clone()
    };
    let first = row("Ada", 1000);
    let same = row("Ada", 2000);
    let second = row("Ada L.", 3000);
    assert_eq!(first, same);
    assert_eq!(
        (&first["_createdOn"], &first["_beginOn"], &first["_version"]),
        (&json!(1000), &json!(1000), &json!(1))
    );
    assert_eq!(
        (&second["_createdOn"], &second["_beginOn"], &second["_version"]),
        (&json!(1000), &json!(3000), &json!(2))
    );
    assert_eq!(first["_id"], second["_id"]);
    assert_eq!(second["_integrationInstanceId"], "i");
    assert_eq!(second["_source"], "integration-external");

    // Another store gives the same key the same id.
    let other = Local::start();
    other.client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    assert_eq!(other.client.query("FIND User")[0]["id"], first["_id"]);
}

#[test]
fn a_patch_merges_and_never_deletes() {
    let local = Local::start();
    let client = &local.client;
    let mut ada = user("acme:user:1", "Ada");
    ada["email"] = json!("ada@acme.example");
    client.run("i", &[ada, user("acme:user:2", "Bob"), user("acme:user:3", "Cleo")], &[], &[]);
    let id =
        client.query("FIND User").iter().find(|row| row["entity"]["_key"] == "acme:user:2").unwrap()["id"]
            .clone();
    let start =
        json!({ "source": "integration-external", "integrationInstanceId": "i", "syncMode": "PATCH" });
    let job = client.start(&start);
    assert_eq!(job.status()["syncMode"], "PATCH");
    job.entities(&[
        json!({ "_key": "acme:user:1", "email": null, "active": true }),
        json!({ "_id": id, "active": false }),
        json!({ "_key": "acme:user:3", "name": "Cleo" }),
        user("acme:user:4", "Dora"),
        json!({ "_key": "acme:user:5", "active": true }),
        json!({ "_key": "acme:user:6", "_type": "acme_user", "_class": "User" }),
    ])
    .ok();
    let ended = job.finish(&[]);
    assert_eq!(changes(&ended, "Entities"), (1, 2, 0));
    assert_eq!(ended["numEntityCreateErrors"], 2);
    let rows = client.query("FIND User");
    let row = |key: &str| rows.iter().find(|row| row["entity"]["_key"] == key).unwrap();
    let ada = json!({ "name": "Ada", "displayName": "Ada", "active": true });
    assert_eq!(row("acme:user:1")["properties"], ada);
    assert_eq!(row("acme:user:2")["properties"]["active"], false);
    assert_eq!(row("acme:user:2")["entity"]["_version"], 2);
    assert_eq!(row("acme:user:3")["entity"]["_version"], 1);
    assert_eq!(rows.len(), 4);

    // A DIFF sees the merged entity as it is now.
    let mut merged = user("acme:user:1", "Ada");
    merged["active"] = json!(true);
    let ended = client.run("i", &[merged], &[], &["acme_user"]);
    assert_eq!(changes(&ended, "Entities"), (0, 0, 0));
}

#[test]
fn a_patch_takes_entities_only_and_wants_them_named() {
    let local = Local::start();
    let client = &local.client;
    let job = client.start(&json!({ "source": "api", "scope": "s", "syncMode": "PATCH" }));
    let relationships = json!({ "relationships": [] });
    let answer = client.post(&job.path("/relationships"), &relationships);
    assert_eq!(answer.error(), (400, "INVALID_REQUEST".to_owned()));
    let answer = job.entities(&[json!({ "active": true })]);
    assert_eq!(answer.error(), (400, "ENTITY_UPLOAD_FAILED_VALIDATION".to_owned()));
    let answer = job.entities(&[json!({ "_key": "acme:user:1", "nested": { "a": 1 } })]);
    assert_eq!(answer.error(), (400, "ENTITY_UPLOAD_FAILED_VALIDATION".to_owned()));
}
