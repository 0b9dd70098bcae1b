//! Small inputs, each with one thing that documents, samples or recordings of real providers do.
//!
//! The tables of this folder say what each becomes; `together` compiles and runs them.
#![expect(clippy::needless_pass_by_value, reason = "values written in place read better")]

mod answers;
mod dialects;
mod documents;
mod graphql;
mod identities;
mod kinds;
mod lists;
mod places;
mod records;
mod users;

use serde_json::{Value, json};

use answers::ANSWERS;
use dialects::DIALECTS;
use documents::DOCUMENTS;
use graphql::GRAPHQL;
use identities::IDENTITIES;
use kinds::KINDS;
use lists::LISTS;
use places::PLACES;
use records::RECORDS;
use users::USERS;

use crate::made::{cargo_j1, said};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// An input, and what its project has.
pub struct Case {
    /// The name of the project.
    pub name: &'static str,
    /// The name of the file.
    pub file: &'static str,
    /// The content of the file.
    pub text: fn() -> String,
    /// Further arguments of `new`.
    pub args: &'static [&'static str],
    /// Files with texts that must be in them.
    pub has: &'static [(&'static str, &'static str)],
    /// The number of objects of each type that a run collects.
    pub collects: &'static [(&'static str, u64)],
}

/// A document with these paths and components.
pub fn document(paths: Value, components: Value) -> Value {
    json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
        "servers": [{ "url": "https://api.acme.example" }],
        "paths": paths, "components": components,
    })
}

/// The GET of a path that answers with this schema.
pub fn get(schema: Value) -> Value {
    json!({ "get": { "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": schema } } } } } })
}

pub fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A record with a required id and one more text.
pub fn record(id: &str, more: &str) -> Value {
    json!({ "type": "object", "required": [id, more], "properties": { id: { "type": "string" }, more: { "type": "string" } } })
}

/// A reference to a schema of the document.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub fn text() -> Value {
    json!({ "type": "string" })
}

/// An object of which the document promises nothing.
pub fn loose(members: &[(&str, Value)]) -> Value {
    let properties: serde_json::Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties })
}

pub fn paths(paths: &[(&str, Value)]) -> Value {
    Value::Object(paths.iter().map(|(path, item)| ((*path).to_owned(), item.clone())).collect())
}

fn users(schema: Value) -> String {
    document(paths(&[("/users", get(schema))]), json!({})).to_string()
}

fn har(url: &str, headers: Value, body: Value) -> Value {
    json!({
        "request": { "method": "GET", "url": url, "headers": [] },
        "response": { "status": 200, "headers": headers, "content": body },
    })
}

fn recording(entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "entries": entries } }).to_string()
}

/// Returns all inputs.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [DOCUMENTS, PLACES, ANSWERS, KINDS, LISTS, RECORDS, GRAPHQL, IDENTITIES, DIALECTS, USERS]
        .into_iter()
        .flatten()
}

/// Writes the input of a case into a folder and makes its project there.
pub fn make(case: &Case, folder: &std::path::Path, args: &[&str]) -> Tested {
    std::fs::write(folder.join(case.file), (case.text)())?;
    let mut command = cargo_j1(folder);
    command.args(["new", case.name, "--yes", "--no-check", "--from", case.file]).args(case.args).args(args);
    let made = command.output()?;
    assert!(made.status.success(), "{}: {}", case.name, said(&made));
    Ok(())
}

/// Returns a file in which what shares a reason has it on lines of their own as well.
pub fn spread(mut text: String) -> String {
    let (mut reason, mut more) = (String::new(), Vec::new());
    for line in text.lines() {
        match (line.strip_prefix("- ").and_then(|line| line.strip_suffix(':')), line.strip_prefix("  - ")) {
            (Some(why), _) => why.clone_into(&mut reason),
            (_, Some(item)) => more.push(format!("{item}: {reason}\n")),
            _ => {}
        }
    }
    text.extend(more);
    text
}

#[test]
fn each_becomes_what_a_person_expects() -> Tested {
    for case in all() {
        let folder = tempfile::tempdir()?;
        make(case, folder.path(), &[])?;
        let project = folder.path().join(case.name);
        for (path, wanted) in case.has {
            let text = std::fs::read_to_string(project.join(path));
            let text = spread(text.map_err(|error| format!("{}: {path}: {error}", case.name))?);
            // rustfmt breaks long lines where it likes.
            let joined = |text: &str| text.split_whitespace().collect::<String>();
            assert!(joined(&text).contains(&joined(wanted)), "{}: {path} lacks {wanted}:\n{text}", case.name);
        }
        let snapshot = std::fs::read_to_string(
            project.join("tests/recorded/snapshots/recorded__collect__everything_recorded_is_collected.snap"),
        )?;
        let (_, counts) = snapshot.rsplit_once("---\n").ok_or("the head of the snapshot")?;
        let counts: std::collections::BTreeMap<String, u64> = serde_json::from_str(counts)?;
        let wanted = case.collects.iter().map(|(ty, count)| ((*ty).to_owned(), *count)).collect();
        assert_eq!(counts, wanted, "{}", case.name);
    }
    Ok(())
}

#[test]
fn a_document_in_several_files_is_read_but_for_files_outside_of_its_folder() -> Tested {
    let folder = tempfile::tempdir()?;
    let below = folder.path().join("api");
    std::fs::create_dir_all(below.join("schemas"))?;
    let schema = |file: &str| get(list(json!({ "$ref": file })));
    let all = [("/users", json!({ "$ref": "users.yml" })), ("/keys", schema("../outside.json"))];
    std::fs::write(below.join("openapi.json"), document(paths(&all), json!({})).to_string())?;
    std::fs::write(below.join("users.yml"), schema("schemas/all.json#/User").to_string())?;
    std::fs::write(below.join("schemas/all.json"), json!({ "User": record("id", "login") }).to_string())?;
    std::fs::write(folder.path().join("outside.json"), record("id", "secret").to_string())?;
    let made = cargo_j1(folder.path())
        .args(["new", "acme", "--yes", "--dry-run", "--from", "api/openapi.json"])
        .output()?;
    let said = said(&made);
    assert!(said.contains("GET /users"), "{said}");
    assert!(said.contains("`../outside.json`, which is outside of the document's folder"), "{said}");
    Ok(())
}

#[test]
fn a_project_of_many_steps_lets_rustc_take_its_time() -> Tested {
    let folder = tempfile::tempdir()?;
    for (name, lists, allowed) in [("small", 2, false), ("large", 81, true)] {
        let all: Vec<(String, Value)> =
            (0..lists).map(|at| (format!("/things{at}x"), get(list(record("id", "title"))))).collect();
        let all: Vec<(&str, Value)> = all.iter().map(|(path, item)| (path.as_str(), item.clone())).collect();
        let file = folder.path().join(format!("{name}.json"));
        std::fs::write(&file, document(paths(&all), json!({})).to_string())?;
        let mut command = cargo_j1(folder.path());
        let made = command.args(["new", name, "--yes", "--no-check", "--from"]).arg(&file).output()?;
        assert!(made.status.success(), "{}", said(&made));
        let manifest = std::fs::read_to_string(folder.path().join(name).join("Cargo.toml"))?;
        assert_eq!(manifest.contains("long_running_const_eval = \"allow\""), allowed, "{manifest}");
    }
    Ok(())
}

#[test]
fn yaml_as_other_parsers_take_it_is_read() -> Tested {
    let folder = tempfile::tempdir()?;
    let document: Value = serde_json::from_str(&users(list(record("id", "login"))))?;
    // A quoted text that goes on below its key, twice, and a hash that reads as a number no type holds.
    let text = format!(
        "openapi: 3.0.3\ninfo:\n  title: t\n  description: \"Goes\n  on:\n  and on\"\nx-hash: 600e27371700\nservers: {}\npaths: {}\n",
        document["servers"], document["paths"]
    );
    std::fs::write(folder.path().join("api.yaml"), text)?;
    let made =
        cargo_j1(folder.path()).args(["new", "acme", "--yes", "--dry-run", "--from", "api.yaml"]).output()?;
    assert!(said(&made).contains("GET /users"), "{}", said(&made));
    Ok(())
}

#[test]
fn yaml_of_any_length_is_read() -> Tested {
    let folder = tempfile::tempdir()?;
    let document: Value = serde_json::from_str(&users(list(record("id", "login"))))?;
    // JSON in flow style is YAML; what follows is more than the library takes unless it is told.
    let mut text = format!(
        "openapi: 3.0.3\nservers: {}\npaths: {}\nx-filler:\n",
        document["servers"], document["paths"]
    );
    text += &"- a\n".repeat(260_000);
    std::fs::write(folder.path().join("big.yaml"), text)?;
    let made =
        cargo_j1(folder.path()).args(["new", "acme", "--yes", "--dry-run", "--from", "big.yaml"]).output()?;
    assert!(said(&made).contains("GET /users"), "{}", said(&made));
    Ok(())
}

#[test]
fn a_dry_run_says_what_would_be_made_and_makes_nothing() -> Tested {
    let folder = tempfile::tempdir()?;
    let all = [
        ("/users", get(list(record("id", "login")))),
        (
            "/colors",
            get(list(json!({ "type": "object", "properties": {
        "red": { "type": "integer" } } }))),
        ),
    ];
    std::fs::write(folder.path().join("api.json"), document(paths(&all), json!({})).to_string())?;
    let made =
        cargo_j1(folder.path()).args(["new", "acme", "--yes", "--dry-run", "--from", "api.json"]).output()?;
    let said = said(&made);
    for wanted in
        ["Made (1):", "user", "GET /users", "`GET /colors`: the document has no id", "Nothing was written"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

/// A reason that several lists share.
const WHY: &str = "the document has no id for its records";

#[test]
fn each_reason_is_said_once_with_what_it_is_the_reason_for() -> Tested {
    let folder = tempfile::tempdir()?;
    let figure = |name: &str| get(list(loose(&[(name, json!({ "type": "integer" }))])));
    let all: Vec<(String, Value)> =
        ["red", "green", "blue", "black"].map(|name| (format!("/{name}s"), figure(name))).into();
    let mut all: Vec<(&str, Value)> = all.iter().map(|(path, item)| (path.as_str(), item.clone())).collect();
    all.push(("/orgs/{org}/users", get(list(record("id", "title")))));
    all.push(("/orgs/{org}/roles", get(list(record("id", "title")))));
    std::fs::write(folder.path().join("api.json"), document(paths(&all), json!({})).to_string())?;
    let new = |args: &[&str]| {
        cargo_j1(folder.path()).args(["new", "acme", "--yes", "--from", "api.json"]).args(args).output()
    };
    let table = said(&new(&["--dry-run"])?);
    assert_eq!(table.matches(WHY).count(), 1, "{table}");
    for wanted in [
        &format!("  {WHY} (4):\n    `GET /blacks`: name one with --key black=MEMBER\n"),
        "Configuration: org, because it stands in the paths, and no list gives it",
    ] {
        assert!(table.contains(wanted), "{wanted}: {table}");
    }
    let made = said(&new(&["--no-check"])?);
    for wanted in [
        "`org` is configuration: it stands in the paths, and no list gives it, so an operator sets it.",
        &format!("Left out (4):\n  {WHY} (4):\n    `GET /blacks`: name one with --key black=MEMBER\n"),
        "    and 1 more\n  All of it is in REVIEW.md.\n",
    ] {
        assert!(made.contains(wanted), "{wanted}: {made}");
    }
    let review = std::fs::read_to_string(folder.path().join("acme/REVIEW.md"))?;
    assert_eq!(review.matches(WHY).count(), 1, "{review}");
    assert!(review.contains("\n  - `GET /blacks`: name one with --key black=MEMBER\n"), "{review}");
    Ok(())
}

#[test]
fn a_flag_that_names_nothing_is_refused_with_what_is_near() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("api.json"), users(list(record("id", "login"))))?;
    for (flag, value, message) in [
        ("--key", "usr=id", "did you mean `user`?"),
        ("--class", "user=Usr", "did you mean `User`?"),
        ("--only", "elephant", "there are: user"),
        ("--key", "user", "it has no `=`"),
    ] {
        let mut command = cargo_j1(folder.path());
        let refused = command.args(["new", "acme", "--yes", "--from", "api.json", flag, value]).output()?;
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains(message), "{flag} {value}: {}", said(&refused));
    }
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}
