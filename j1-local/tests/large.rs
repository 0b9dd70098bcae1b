//! Jobs that are large enough for the ways of their own: indexes that are built at once, and ends that are found in memory.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use j1_local::LocalJupiterOne;
use rusqlite::Connection;
use support::{Local, changes, entity, has, user};

/// More than the least number of rows that counts as many.
const MANY: usize = 20_100;

fn key(n: usize) -> String {
    format!("acme:user:{n}")
}

/// Relationships from each of these users to one far away.
fn relationships(from: impl Iterator<Item = usize>) -> Vec<(String, String)> {
    from.map(|n| (key(n), key(n * 7_919 % MANY))).collect()
}

/// The ends of all relationships as the data file has them, whose indexes must agree with its tables.
fn read(path: &Path) -> BTreeSet<(String, String)> {
    let file = Connection::open(path).unwrap();
    let check: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let indexes =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('entity', 'relationship')";
    assert_eq!(file.query_row(indexes, [], |row| row.get::<_, i64>(0)).unwrap(), 12);
    let mut statement = file.prepare("SELECT _fromEntityKey, _toEntityKey FROM relationships").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

#[test]
fn relationships_of_large_jobs_join_the_entities_that_they_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path).body_limit(64 << 20));
    let client = &local.client;
    let run = |entities: &[_], pairs: &[(String, String)], partial: &[_]| {
        let relationships: Vec<_> = pairs.iter().map(|(from, to)| has(from, to)).collect();
        client.run("i", entities, &relationships, partial)
    };

    // New entities, and some that another job of the instance brought.
    let users: Vec<_> = (0..MANY).map(|n| user(&key(n), "a")).collect();
    run(&users[..50], &[], &[]);
    let mut pairs = relationships(0..MANY);
    let job = run(&users, &pairs, &[]);
    assert_eq!(changes(&job, "Entities"), (MANY as u64 - 50, 0, 0));
    assert_eq!(changes(&job, "Relationships"), (MANY as u64, 0, 0));
    assert_eq!(read(&path), pairs.iter().cloned().collect());

    // In another order: one changed, one gone with what touches it, new ones, and one of a partial type that is not sent.
    let group = entity("acme_group", "UserGroup", "acme:group:1", "a");
    run(&[users.clone(), vec![group]].concat(), &pairs, &[]);
    let mut users: Vec<_> = (1..MANY + 50).rev().map(|n| user(&key(n), "a")).collect();
    users[700]["name"] = "b".into();
    pairs = relationships(1..MANY + 50);
    let gone = pairs.iter().filter(|(_, to)| *to == key(0)).count() as u64;
    pairs.push(("acme:group:1".to_owned(), key(3)));
    let job = run(&users, &pairs, &["acme_group"]);
    assert_eq!(changes(&job, "Entities"), (50, 1, 1));
    assert_eq!(job["numRelationshipCreateErrors"], gone);
    assert_eq!(read(&path), pairs.into_iter().filter(|(_, to)| *to != key(0)).collect());
    local.stop();
}
