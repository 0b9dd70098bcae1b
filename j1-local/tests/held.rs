//! The two queries with which `plan` and the deletion guard ask what an instance has.
#![allow(missing_docs, reason = "tests")]

mod support;

use serde_json::json;
use support::{Local, entity, has, user};

#[test]
fn the_entities_and_relationships_of_one_instance_are_listed_whole() {
    let local = Local::start();
    let client = &local.client;
    let mut edge = has("acme:group:1", "acme:user:1");
    edge["since"] = json!(5);
    let mapped = json!({
        "_key": "m", "_type": "acme_user_is_person", "_class": "IS", "displayName": "IS",
        "_mapping": {
            "sourceEntityKey": "acme:user:1", "relationshipDirection": "FORWARD",
            "targetFilterKeys": [["_type", "_key"]], "skipTargetCreation": false,
            "targetEntity": { "_type": "person", "_class": "Person", "_key": "p" },
        }
    });
    let group = entity("acme_group", "UserGroup", "acme:group:1", "Staff");
    client.run("i", &[user("acme:user:1", "Ada"), group.clone()], &[edge, mapped], &[]);
    client.run("j", &[user("acme:user:1", "Ada"), group], &[has("acme:group:1", "acme:user:1")], &[]);
    assert_eq!(client.keys("i"), ["acme:group:1", "acme:user:1"]);
    let rows = client.query(
        "FIND * WITH _integrationInstanceId = 'i' AS source THAT RELATES TO >> AS edge * \
         WHERE edge._integrationInstanceId = 'i' RETURN edge.*",
    );
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!(
        (&row["edge._key"], &row["edge._type"], &row["edge._class"]),
        (&json!("acme:group:1|has|acme:user:1"), &json!("acme_group_has_user"), &json!("HAS"))
    );
    assert_eq!((&row["edge.since"], &row["edge.displayName"]), (&json!(5), &json!("HAS")));
}
