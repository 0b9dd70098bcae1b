//! Exports: what the files have, as other programs read them.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::path::Path;

use j1_local::LocalJupiterOne;
use j1_local::export::{Exported, Format, export};
use serde_json::{Value, json};
use support::{Local, entity, has, user};

/// A data file with two users, a group, and a type that cannot be the name of a file.
fn filled(path: &Path) {
    let local = Local::with(LocalJupiterOne::builder().database(path));
    let mut ada = user("acme:user:1", "Ada, \"the first\"");
    ada["age"] = json!(36);
    ada["score"] = json!(1.5);
    ada["tags"] = json!(["a", "b"]);
    let mut bob = user("acme:user:2", "Bob\nBuilder");
    bob["active"] = json!(true);
    bob["score"] = json!(2);
    let odd = entity("a/b", "Group", "acme:group:1", "Staff");
    local.client.run("i", &[ada, bob, odd], &[has("acme:group:1", "acme:user:1")], &[]);
    local.stop();
}

fn summary(written: &[Exported]) -> Vec<(String, u64)> {
    written.iter().map(|file| (file.path.to_str().unwrap().replace('\\', "/"), file.rows)).collect()
}

#[test]
fn json_lines_and_csv_have_every_object_and_property() {
    let folder = tempfile::tempdir().unwrap();
    let (database, out) = (folder.path().join("local.db"), folder.path().join("out"));
    filled(&database);
    // A server may have the file open.
    let local = Local::with(LocalJupiterOne::builder().database(&database));
    let written = export(&database, Format::Jsonl, &out).unwrap();
    let expected = [("entities/a_b.jsonl", 1), ("entities/acme_user.jsonl", 2), ("relationships.jsonl", 1)];
    assert_eq!(summary(&written), expected.map(|(path, rows)| (path.to_owned(), rows)));
    let text = std::fs::read_to_string(out.join("entities/acme_user.jsonl")).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&rows[0]["_key"], &rows[0]["_class"], &rows[0]["tags"]),
        (&json!("acme:user:1"), &json!(["User"]), &json!(["a", "b"]))
    );
    export(&database, Format::Csv, &out).unwrap();
    let text = std::fs::read_to_string(out.join("entities/acme_user.csv")).unwrap();
    assert!(text.starts_with("_id,_key,_type,_class,"), "{text}");
    assert!(
        text.contains("\"Ada, \"\"the first\"\"\"") && text.contains("\"[\"\"a\"\",\"\"b\"\"]\""),
        "{text}"
    );
    assert!(text.contains("\"Bob\nBuilder\""), "{text}");
    let text = std::fs::read_to_string(out.join("relationships.csv")).unwrap();
    assert!(text.contains(",HAS,") && text.contains("acme:group:1,acme:user:1"), "{text}");
    local.stop();
}

#[test]
fn parquet_has_the_types_of_the_columns() {
    let folder = tempfile::tempdir().unwrap();
    let (database, out) = (folder.path().join("local.db"), folder.path().join("out"));
    filled(&database);
    export(&database, Format::Parquet, &out).unwrap();
    let bytes = std::fs::read(out.join("entities/acme_user.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
    let metadata = &bytes[bytes.len() - 8 - length..bytes.len() - 8];
    // A column of the schema: its type, that it is optional, its name, and that a text is one.
    let column = |kind: u8, name: &str| {
        let mut element = vec![0x15, kind << 1, 0x25, 0x02, 0x18, u8::try_from(name.len()).unwrap()];
        element.extend(name.as_bytes());
        element
    };
    for (kind, name) in [(0, "active"), (2, "age"), (5, "score"), (6, "tags"), (6, "_key"), (2, "_createdOn")]
    {
        let element = column(kind, name);
        assert!(metadata.windows(element.len()).any(|part| part == element), "{name}");
    }
    // The values themselves, as the format lays them out.
    let age = [&[0x02, 0, 0, 0, 0x03, 0x01][..], &36_i64.to_le_bytes()].concat();
    assert!(bytes.windows(age.len()).any(|part| part == age), "only the first user has an age");
    let score = [&[0x02, 0, 0, 0, 0x03, 0x03][..], &1.5_f64.to_le_bytes(), &2_f64.to_le_bytes()].concat();
    assert!(bytes.windows(score.len()).any(|part| part == score), "both have a score");
}

#[test]
fn a_file_that_is_not_there_or_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("local.db");
    assert_eq!(export(&database, Format::Csv, folder.path()).unwrap_err().code(), "J1-R3001");
    assert!(!database.exists(), "nothing is created");
    filled(&database);
    let blocked = folder.path().join("blocked");
    std::fs::write(&blocked, "a file where the folder would be").unwrap();
    let error = export(&database, Format::Csv, &blocked).unwrap_err();
    assert_eq!(error.code(), "J1-R3009");
    assert!(error.to_string().contains("blocked"), "{error}");
}
