//! A graph written straight into a data file, so that queries meet entities that no upload would be accepted with.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::HashMap;

use j1_local::query::{Answer, Data, Database, Options, QueryError};
use j1_local::{Clock, LocalJupiterOne};
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

/// The time of `date.now` in tests, 2026-06-15T12:00:00Z.
pub const NOW: i64 = 1_781_524_800_000;

/// A data file in a folder that goes with it.
pub struct Graph {
    folder: tempfile::TempDir,
    database: Option<Database>,
}

impl Graph {
    /// Creates an empty data file.
    pub fn new() -> Self {
        let graph = Self { folder: tempfile::tempdir().unwrap(), database: None };
        graph.start_and_stop();
        graph
    }

    /// Starts and stops the local JupiterOne on the data file, which indexes what was written past it.
    pub fn start_and_stop(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let builder = LocalJupiterOne::builder().database(self.folder.path().join("j1.db"));
            builder.clock(Clock::fixed(NOW)).start().await.unwrap().shutdown().await.unwrap();
        });
    }

    /// Creates a data file with these entities and relationships, in the form of an upload.
    pub fn with(entities: &[Value], relationships: &[Value]) -> Self {
        let mut graph = Self::new();
        graph.replace(entities, relationships);
        graph
    }

    /// Creates a data file that this SQL fills; the scope 1 is there.
    pub fn filled(sql: &str) -> Self {
        let mut graph = Self::new();
        let path = graph.folder.path().join("j1.db");
        let mut connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "synchronous", "OFF").unwrap();
        let transaction = connection.transaction().unwrap();
        transaction.execute_batch("INSERT INTO scope VALUES (1, 'integration', 'test', 0, 0);").unwrap();
        transaction.execute_batch(sql).unwrap();
        transaction.commit().unwrap();
        drop(connection);
        graph.start_and_stop();
        graph.database = Some(Database::open(&path).unwrap());
        graph
    }

    /// Puts these in the place of all that the file has.
    #[allow(clippy::too_many_lines, reason = "one insert after the other")]
    pub fn replace(&mut self, entities: &[Value], relationships: &[Value]) {
        self.database = None;
        let path = self.folder.path().join("j1.db");
        let mut connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "synchronous", "OFF").unwrap();
        let transaction = connection.transaction().unwrap();
        transaction
            .execute_batch(
                "DELETE FROM relationship_props; DELETE FROM relationship; DELETE FROM entity_props; DELETE FROM entity; \
                 DELETE FROM kind; DELETE FROM scope; DELETE FROM entity_past; DELETE FROM value_state; \
                 DELETE FROM property;
                 INSERT INTO scope VALUES (1, 'integration', 'test', 0, 0);",
            )
            .unwrap();
        let mut ids = HashMap::new();
        for entity in entities {
            let mut props = entity.as_object().unwrap().clone();
            let key = take(&mut props, "_key");
            let class = match props.remove("_class").unwrap() {
                Value::String(class) => Value::from(vec![class]),
                list => list,
            };
            let type_name = take(&mut props, "_type");
            let kind = kind(&transaction, &type_name, &class);
            for name in props.keys() {
                transaction
                    .execute("INSERT OR IGNORE INTO property VALUES (?1, ?2)", [&type_name, name])
                    .unwrap();
            }
            // Deleted entities are in the past.
            let deleted = props.remove("_deleted") == Some(Value::Bool(true));
            let (table, more) =
                if deleted { ("entity_past", "until, pins, props, since, ") } else { ("entity", "") };
            let values = if deleted { "1, '{}', jsonb(?3), 0, " } else { "" };
            transaction
                .execute(
                    &format!(
                        "INSERT INTO {table} ({more}id, uid, scope_id, key, kind, hash, version, created_on, begin_on, \
                         source) SELECT {values}(SELECT max(count(*), 0) FROM entity) + (SELECT count(*) FROM entity_past) \
                         + 1, 'id:' || ?1, 1, ?1, ?2, 0, 1, 5, 6, 'integration-external' WHERE ?3 IS NOT NULL"
                    ),
                    params![key, kind, Value::Object(props.clone()).to_string()],
                )
                .unwrap();
            if deleted {
                continue;
            }
            let id: i64 = transaction
                .query_row("SELECT id FROM entity WHERE key = ?1", [&key], |row| row.get(0))
                .unwrap();
            write_props(&transaction, "entity", id, &props);
            ids.insert(key, id);
        }
        for relationship in relationships {
            let mut props = relationship.as_object().unwrap().clone();
            let key = take(&mut props, "_key");
            let class = props.remove("_class").unwrap();
            let kind = kind(&transaction, &take(&mut props, "_type"), &class);
            let (from, to) = (take(&mut props, "_fromEntityKey"), take(&mut props, "_toEntityKey"));
            transaction
                .execute(
                    "INSERT INTO relationship (uid, scope_id, key, kind, from_id, to_id, hash, version, created_on, \
                     begin_on, source) VALUES ('id:' || ?1, 1, ?1, ?2, ?3, ?4, 0, 1, 5, 6, 'integration-external')",
                    params![key, kind, ids[&from], ids[&to]],
                )
                .unwrap();
            write_props(&transaction, "relationship", transaction.last_insert_rowid(), &props);
        }
        transaction.commit().unwrap();
        self.database = Some(Database::open(&path).unwrap());
    }

    pub fn query(&self, text: &str, options: &Options) -> Result<Answer, QueryError> {
        self.database.as_ref().unwrap().query(text, options)
    }

    /// The first page of a query that has an answer.
    pub fn ask(&self, text: &str) -> Answer {
        self.query(text, &options()).unwrap_or_else(|error| panic!("{text}\n{error}"))
    }
}

pub fn options() -> Options {
    Options::new(NOW)
}

fn kind(connection: &Connection, type_name: &str, class: &Value) -> i64 {
    let class = class.to_string();
    connection
        .execute("INSERT OR IGNORE INTO kind (type, class) VALUES (?1, ?2)", params![type_name, class])
        .unwrap();
    let sql = "SELECT id FROM kind WHERE type = ?1 AND class = ?2";
    connection.query_row(sql, params![type_name, class], |row| row.get(0)).unwrap()
}

fn take(props: &mut Map<String, Value>, name: &str) -> String {
    props.remove(name).unwrap().as_str().unwrap().to_owned()
}

fn write_props(connection: &Connection, table: &str, id: i64, props: &Map<String, Value>) {
    let sql = format!("INSERT INTO {table}_props VALUES (?1, jsonb(?2))");
    connection.execute(&sql, params![id, Value::Object(props.clone()).to_string()]).unwrap();
}

/// The `_key`s of a list.
pub fn keys(answer: &Answer) -> Vec<String> {
    let Data::List(rows) = &answer.data else { panic!("not a list: {answer:?}") };
    rows.iter().map(|row| row["entity"]["_key"].as_str().unwrap().to_owned()).collect()
}

/// The `_key`s of the vertices and edges of a tree, sorted.
pub fn tree(answer: &Answer) -> (Vec<String>, Vec<String>) {
    let Data::Tree { vertices, edges } = &answer.data else { panic!("not a tree: {answer:?}") };
    let keys = |rows: &[Value], member: &str| {
        let mut keys: Vec<_> =
            rows.iter().map(|row| row[member]["_key"].as_str().unwrap().to_owned()).collect();
        keys.sort();
        keys
    };
    (keys(vertices, "entity"), keys(edges, "relationship"))
}

/// The columns and rows of a table.
pub fn table(answer: &Answer) -> (&[String], &[Vec<Value>]) {
    let Data::Table { columns, rows } = &answer.data else { panic!("not a table: {answer:?}") };
    (columns, rows)
}
