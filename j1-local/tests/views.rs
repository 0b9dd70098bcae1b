//! The data file as other programs see it: read-only views.
#![allow(missing_docs, reason = "tests")]

mod support;

use j1_local::LocalJupiterOne;
use rusqlite::Connection;
use serde_json::json;
use support::{Local, entity, has, user};

#[test]
fn other_programs_read_entities_relationships_and_a_view_for_each_type() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    let client = &local.client;
    let mut ada = user("acme:user:1", "Ada");
    ada["age"] = json!(36);
    ada["it's \"odd\""] = json!("x");
    let group = entity("acme_group", "UserGroup", "acme:group:1", "Staff");
    let table = entity("job", "Task", "acme:task:1", "The name of a table of ours");
    client.run("i", &[ada.clone(), group.clone(), table], &[has("acme:group:1", "acme:user:1")], &[]);

    // While the server runs, as DuckDB or a notebook would.
    let file = Connection::open(&path).unwrap();
    let text = |sql: &str| file.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        text("SELECT group_concat(_key) FROM (SELECT _key FROM entities ORDER BY 1)"),
        "acme:group:1,acme:task:1,acme:user:1"
    );
    assert_eq!(text("SELECT name || age FROM acme_user"), "Ada36");
    assert_eq!(text("SELECT properties ->> 'age' || '' FROM entities WHERE _type = 'acme_user'"), "36");
    assert_eq!(
        text("SELECT _fromEntityKey || _class || _toEntityKey FROM relationships"),
        "acme:group:1HASacme:user:1"
    );
    assert_eq!(text("SELECT status FROM job"), "FINISHED", "a type does not hide a table");
    assert!(file.execute("UPDATE acme_user SET name = 'x'", []).is_err());

    // A property more is a column more; a pin is seen.
    ada["team"] = json!("blue");
    client.run("i", &[ada, group], &[], &[]);
    assert_eq!(text("SELECT team FROM acme_user"), "blue");
    let job = client.start(&json!({ "source": "api", "scope": "s", "syncMode": "OVERRIDE" }));
    job.entities(&[json!({ "_key": "acme:user:1", "team": "red" })]).ok();
    job.finish(&[]);
    assert_eq!(text("SELECT team FROM acme_user"), "red");
    local.stop();
    Local::with(LocalJupiterOne::builder().database(&path)).stop();
}

#[test]
fn a_file_of_the_first_format_is_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let file = Connection::open(&path).unwrap();
    file.execute_batch(include_str!("../src/store/schema.sql")).unwrap();
    file.execute_batch(
        "PRAGMA user_version = 1; INSERT INTO scope VALUES (1, 'integration', 'i', 0, 0); \
         INSERT INTO kind VALUES (1, 'acme_user', '[\"User\"]'); \
         INSERT INTO entity VALUES (1, 'uid', 1, 'acme:user:1', 1, 0, 1, 5, 5, 'integration-external'); \
         INSERT INTO entity_props VALUES (1, jsonb('{\"name\":\"Ada\",\"displayName\":\"Ada\"}'));",
    )
    .unwrap();
    drop(file);
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    assert_eq!(local.client.keys("i"), ["acme:user:1"]);
    local.client.run("i", &[user("acme:user:1", "Grace")], &[], &[]);
    let shown = local.client.get("/entities/uid.json").ok();
    assert_eq!(shown["entity"]["properties"]["name"], "Grace");
    let operations: Vec<_> =
        shown["history"].as_array().unwrap().iter().map(|revision| &revision["operation"]).collect();
    assert_eq!(operations, ["updated", "created"]);
    local.stop();
    let file = Connection::open(&path).unwrap();
    let name: String = file.query_row("SELECT name FROM acme_user", [], |row| row.get(0)).unwrap();
    assert_eq!(name, "Grace");
}
