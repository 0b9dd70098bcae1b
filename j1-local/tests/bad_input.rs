//! Input out of all measure, at every door: a clear error, in bounded time and memory, and nothing is lost.
//!
//! Damaged files, foreign files, second processes and full disks are in `lifecycle.rs` and `crash.rs`.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use j1_local::query::Database;
use j1_local::{Clock, LocalJupiterOne};
use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Local, NOW, user};

/// Far more than any of this takes, and far less than what it would take without limits.
const SOON: Duration = Duration::from_secs(20);

fn long_and_deep() -> [String; 3] {
    [
        format!("FIND User WITH name = '{}'", "x".repeat(1_000_000)),
        format!("FIND User WITH {}a = 1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("FIND User AS u RETURN {}u.a{}", "(".repeat(10_000), ")".repeat(10_000)),
    ]
}

#[test]
fn a_query_of_a_megabyte_and_ten_thousand_parentheses_are_refused_at_every_door() {
    let local = Local::start();
    let client = &local.client;
    let begin = Instant::now();
    for query in long_and_deep() {
        let body = json!({ "query": "query Q { queryV1(query: $query) { data } }", "variables": { "query": query } });
        let answer = client.post("/graphql", &body).ok();
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("Error parsing query."), "{message}");
        assert!(message.len() < 300, "{}", message.len());

        let verdict = client.post("/j1ql/validate", &json!({ "queries": [query] })).ok();
        assert_eq!(
            (&verdict[0]["valid"], &verdict[0]["error"]["code"]),
            (&json!(false), &json!("PARSER_ERROR"))
        );

        // A URL may itself be too long; the page of a query shows the error of the query.
        let path = format!("/query.json?q={}", query.replace(' ', "%20").replace('\'', "%27"));
        let answer = client.get(&path);
        assert!(
            (400..500).contains(&answer.status) || answer.text.contains("Error parsing query."),
            "{}",
            answer.status
        );
    }
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert!(client.query("FIND *").is_empty(), "it goes on answering");
}

/// A gigabyte of blanks, which compresses to a megabyte.
fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..1024 {
        encoder.write_all(&blanks).unwrap();
    }
    encoder.finish().unwrap()
}

/// The most memory that this process has had, in KiB; 0 where there is no /proc.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[test]
fn a_gzip_bomb_is_unpacked_no_further_than_the_limit() {
    let local = Local::start();
    let client = &local.client;
    client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    let job = client.diff("i");
    let bomb = bomb();
    let (begin, before) = (Instant::now(), peak());
    for path in
        [job.path("/entities"), job.path("/upload"), "/graphql".to_owned(), "/j1ql/validate".to_owned()]
    {
        let answer = client.send("POST", &path, &[("Content-Encoding", "gzip")], &bomb);
        assert_eq!(answer.error(), (413, "RequestEntityTooLargeException".to_owned()), "{path}");
    }
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert!(peak() - before < 300 << 10, "{} KiB", peak() - before);
    assert_eq!(job.status()["status"], "AWAITING_UPLOADS");
    assert_eq!(client.keys("i"), ["acme:user:1"]);
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    local.client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    local.stop();
    let file = Connection::open(&path).unwrap();
    let format: i64 = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    file.pragma_update(None, "user_version", format + 1).unwrap();
    drop(file);
    let before = std::fs::read(&path).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(LocalJupiterOne::builder().database(&path).start()).map(drop).unwrap_err();
    assert_eq!(refused.code(), "J1-R3003");
    let message = refused.to_string();
    assert!(
        message.contains("a later version")
            && message.contains(&(format + 1).to_string())
            && message.contains(&format.to_string()),
        "{message}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// The tables of format 4, before indexes could be dropped.
const FORMAT_4: [&str; 4] = [
    include_str!("../src/store/schema.sql"),
    include_str!("../src/store/history.sql"),
    include_str!("../src/store/mapped.sql"),
    include_str!("../src/store/views.sql"),
];

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = std::fs::read(&path).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(LocalJupiterOne::builder().database(&path).start()).map(drop).unwrap_err();
    assert_eq!(refused.code(), "J1-R3003");
    assert!(refused.to_string().contains("another program"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_of_an_older_version_keeps_its_graph_its_history_and_its_open_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let file = Connection::open(&path).unwrap();
    for step in FORMAT_4 {
        file.execute_batch(step).unwrap();
    }
    file.execute_batch(
        r#"PRAGMA user_version = 4;
        INSERT INTO scope VALUES (1, 'integration', 'i', 0, 0);
        INSERT INTO job (id, scope_id, source, sync_mode, status, start_timestamp, end_timestamp, version)
            VALUES ('past', 1, 'integration-external', 'DIFF', 'FINISHED', 1, 2, 1);
        INSERT INTO job (id, scope_id, source, sync_mode, status, start_timestamp)
            VALUES ('open', 1, 'integration-external', 'DIFF', 'AWAITING_UPLOADS', 1699999999999);
        INSERT INTO kind VALUES (1, 'acme_user', '["User"]'), (2, 'acme_user_knows_user', '"KNOWS"');
        INSERT INTO entity VALUES (1, 'uid:1', 1, 'acme:user:1', 1, 7, 1, 1, 1, 'integration-external', 1);
        INSERT INTO entity_props VALUES (1, jsonb('{"name":"Ada","displayName":"Ada"}'));
        INSERT INTO relationship VALUES (1, 'uid:r', 1, 'r', 2, 1, 1, 7, 1, 1, 1, 'integration-external', 1, NULL);
        INSERT INTO relationship_props VALUES (1, jsonb('{}'));
        INSERT INTO entity_past VALUES (1, 9, 0, 'uid:9', 1, 'acme:user:9', 1, 7, 1, 1, 1, 'integration-external',
            jsonb('{}'), '{}');
        INSERT INTO stage_entity VALUES (1, 'open', 'acme:user:2', 'staged', 1, 7, '{"displayName":"Bo","name":"Bo"}');"#,
    )
    .unwrap();
    drop(file);
    let reader = Database::open(&path).unwrap_err();
    assert!(reader.to_string().contains("start `cargo j1 local`"), "{reader}");

    let local = Local::with(LocalJupiterOne::builder().database(&path).clock(Clock::fixed(NOW)));
    let client = &local.client;
    assert_eq!(client.keys("i"), ["acme:user:1"]);
    assert_eq!(client.query("FIND User THAT KNOWS User").len(), 1);
    client
        .post(
            "/persister/synchronization/jobs/open/entities",
            &json!({ "entities": [user("acme:user:3", "Cy")] }),
        )
        .ok();
    let ended = support::Job { client, id: "open".to_owned() }.finish(&[]);
    assert_eq!(ended["status"], "FINISHED", "{ended}");
    assert_eq!(client.keys("i"), ["acme:user:2", "acme:user:3"]);
    let file = Connection::open(&path).unwrap();
    let first: i64 = file.query_row("SELECT min(id) FROM entity", [], |row| row.get(0)).unwrap();
    assert!(first > 9, "numbers of the past are not given again");
    let broken: Option<Value> = file
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get::<_, i64>(0))
        .ok()
        .map(Value::from);
    assert_eq!(broken, Some(json!(0)));
}

#[test]
fn a_duplicate_is_known_as_one_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    let id = {
        let job = local.client.diff("i");
        job.entities(&[user("acme:user:1", "Ada")]).ok();
        job.id
    };
    local.stop();
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    let job = support::Job { client: &local.client, id };
    assert_eq!(job.entities(&[user("acme:user:1", "Ada")]).status, 400);
    // A refused batch leaves no trace in what is remembered either.
    assert_eq!(job.entities(&[user("acme:user:2", "Bo"), user("acme:user:1", "Ada")]).status, 400);
    job.entities(&[user("acme:user:2", "Bo")]).ok();
    assert_eq!(job.finish(&[])["numEntitiesCreated"], 2);
}
