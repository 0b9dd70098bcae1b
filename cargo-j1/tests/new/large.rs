//! A document as large as those of real providers: most of its lists become entities, and soon.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::made::{cargo_j1, said};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The number of paths.
const PATHS: usize = 300;
/// The least size of the document, in bytes.
const BYTES: usize = 4_000_000;

/// Returns a description of about this many bytes.
fn prose(bytes: usize) -> String {
    "The provider describes each member at length, and repeats itself. ".repeat(bytes / 66)
}

/// Returns the schema of a record: its id is spelled in one of several ways, and is seldom promised.
fn record(at: usize) -> Value {
    let mut members = Map::new();
    let id = ["id", "uuid", "gid", "_id", "objectId", "identifier"][at % 6];
    members.insert(id.to_owned(), json!({ "type": if at.is_multiple_of(4) { "integer" } else { "string" } }));
    members.insert("name".to_owned(), json!({ "type": ["string", "null"], "description": prose(3_500) }));
    for more in 0..12 {
        let kind = ["string", "integer", "boolean", "number"][(at + more) % 4];
        members.insert(format!("member_{more}"), json!({ "type": kind, "description": prose(1_700) }));
    }
    members.insert("owner".to_owned(), json!({ "$ref": "#/components/schemas/Owner" }));
    let own = json!({ "type": "object", "properties": members });
    if at.is_multiple_of(3) {
        json!({ "allOf": [{ "$ref": "#/components/schemas/Base" }, own] })
    } else {
        own
    }
}

/// Returns a response with this list in one of the usual envelopes.
fn envelope(at: usize, plural: &str, items: &Value) -> Value {
    let list = json!({ "type": "array", "items": items });
    let object = |members: Value| json!({ "type": "object", "properties": members });
    let next = json!({ "type": "string", "format": "uri" });
    match at % 6 {
        0 => list,
        1 => object(json!({ "data": list, "meta": object(json!({ "next_cursor": { "type": "string" } })) })),
        2 => object(json!({ plural: list, "total": { "type": "integer" } })),
        3 => object(json!({ "value": list, "@odata.nextLink": next })),
        4 => object(json!({ "result": object(json!({ "items": list })) })),
        _ => object(
            json!({ "_embedded": object(json!({ plural: list })), "_links": object(json!({ "next": next })) }),
        ),
    }
}

fn get(schema: &Value) -> Value {
    json!({ "get": { "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": schema } } } } } })
}

/// Returns the document, and how many of its paths are lists.
fn document() -> (String, usize) {
    let (mut paths, mut schemas, mut lists) = (Map::new(), Map::new(), 0);
    schemas.insert("Base".to_owned(), json!({ "type": "object", "properties": { "created_at": { "type": "string", "format": "date-time" } } }));
    schemas.insert("Owner".to_owned(), json!({ "type": "object", "properties": { "id": { "type": "string" }, "email": { "type": "string" } } }));
    for at in 0..PATHS / 5 {
        let (thing, plural) = (format!("thing{at}x"), format!("thing{at}xs"));
        let schema = format!("#/components/schemas/Thing{at}");
        let part = format!("#/components/schemas/Part{at}");
        schemas.insert(format!("Thing{at}"), record(at));
        schemas.insert(format!("Part{at}"), record(at + 1));
        let (things, parts) = (json!({ "$ref": schema }), json!({ "$ref": part }));
        let base = format!("/v1/{plural}");
        paths.insert(base.clone(), get(&envelope(at, &plural, &things)));
        paths.insert(format!("{base}/{{{thing}_id}}"), get(&things));
        paths.insert(format!("{base}/{{{thing}_id}}/parts"), get(&envelope(at + 1, "parts", &parts)));
        let pins = format!("{base}/{{{thing}_id}}/parts/{{part_id}}/pins");
        paths.insert(pins, get(&envelope(at + 2, "pins", &record(at + 2))));
        lists += 3;
        if at % 2 == 0 {
            // What no list leads to.
            let lost = format!("/v1/lost/{{lost{at}_code}}/notes");
            paths.insert(lost, get(&envelope(at, "notes", &things)));
            lists += 1;
        } else {
            paths.insert(format!("{base}/{{{thing}_id}}/parts/{{part_id}}"), get(&parts));
        }
    }
    assert_eq!(paths.len(), PATHS);
    let document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
        "servers": [{ "url": "https://api.acme.example" }], "paths": paths, "components": { "schemas": schemas } });
    (document.to_string(), lists)
}

#[test]
fn at_least_four_fifths_of_the_lists_of_a_large_document_become_entities() -> Tested {
    let folder = tempfile::tempdir()?;
    let (text, lists) = document();
    assert!(text.len() >= BYTES, "{} bytes", text.len());
    std::fs::write(folder.path().join("api.json"), text)?;
    let mut command = cargo_j1(folder.path());
    let made = command.args(["new", "acme", "--yes", "--dry-run", "--from", "api.json"]).output()?;
    let said = said(&made);
    let (_, rest) = said.split_once("Made (").ok_or_else(|| said.clone())?;
    let made: usize = rest.split_once(')').ok_or_else(|| said.clone())?.0.parse()?;
    // A seventh of the lists stand below ids that no list gives.
    assert!(made * 5 >= lists * 4, "{made} of {lists}: {}", said.chars().take(4_000).collect::<String>());
    Ok(())
}

#[test]
#[ignore = "measures: cargo test --release -p cargo-j1 --test new two_seconds -- --ignored --nocapture"]
fn a_large_document_is_read_in_less_than_two_seconds() -> Tested {
    let folder = tempfile::tempdir()?;
    let (text, _) = document();
    // JSON is YAML, too.
    for name in ["api.json", "api.yaml"] {
        std::fs::write(folder.path().join(name), &text)?;
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let mut command = cargo_j1(folder.path());
            let begun = Instant::now();
            let made = command.args(["new", "acme", "--yes", "--dry-run", "--from", name]).output()?;
            best = best.min(begun.elapsed());
            assert!(made.status.success(), "{}", said(&made));
        }
        println!("{name}: {} bytes in {} ms", text.len(), best.as_millis());
        assert!(cfg!(debug_assertions) || best < Duration::from_secs(2), "{name}: {best:?}");
    }
    Ok(())
}
