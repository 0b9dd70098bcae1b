//! `cargo j1 query` and `cargo j1 questions check`, through the binary.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use j1_local::LocalJupiterOne;
use serde_json::{Value, json};

use crate::ran::{Ran, binary};
use crate::stand_in::{StandIn, description};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn run(folder: &Path, args: &[&str]) -> std::io::Result<Ran> {
    Ok(binary().current_dir(folder).arg("query").args(args).output()?.into())
}

/// Sends a request to the server at this URL.
fn post(url: &str, path: &str, body: &Value) -> std::io::Result<Value> {
    use std::io::{Read as _, Write as _};
    let address = url.strip_prefix("http://").unwrap_or_default();
    let (mut stream, body) = (std::net::TcpStream::connect(address)?, body.to_string());
    let method = if body == "null" { "GET" } else { "POST" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    Ok(serde_json::from_str(body).unwrap_or_default())
}

/// Uploads two users with a group, and gives the id of the job.
fn upload(url: &str, name: &str) -> std::io::Result<String> {
    const JOBS: &str = "/persister/synchronization/jobs";
    let started =
        post(url, JOBS, &json!({ "source": "integration-external", "integrationInstanceId": "i" }))?;
    let id = started["job"]["id"].as_str().unwrap_or_default().to_owned();
    let entity = |key: &str, type_name: &str, class: &str, name: &str| {
        json!({
            "_key": key, "_type": type_name, "_class": class, "name": name, "displayName": name, "username": name,
            "active": true, "email": format!("{name}@example.com"),
        })
    };
    let entities = [
        entity("acme:user:1", "acme_user", "User", "ada"),
        entity("acme:user:2", "acme_user", "User", name),
        entity("acme:group:1", "acme_group", "UserGroup", "all"),
    ];
    let relationships = [json!({
        "_key": "acme:group:1|has|acme:user:1", "_type": "acme_group_has_user", "_class": "HAS",
        "_fromEntityKey": "acme:group:1", "_toEntityKey": "acme:user:1", "displayName": "HAS",
    })];
    post(
        url,
        &format!("{JOBS}/{id}/upload"),
        &json!({ "entities": entities, "relationships": relationships }),
    )?;
    post(url, &format!("{JOBS}/{id}/finalize"), &json!({}))?;
    let deadline = Instant::now() + Duration::from_mins(1);
    while post(url, &format!("{JOBS}/{id}"), &Value::Null)?["job"]["done"] != true {
        assert!(Instant::now() < deadline, "the job does not end");
    }
    Ok(id)
}

/// A data file with what was uploaded to it, the ids of its two jobs, and the URL of the server that has it.
struct Uploaded {
    folder: tempfile::TempDir,
    jobs: [String; 2],
    url: String,
    _runtime: tokio::runtime::Runtime,
    _server: j1_local::Server,
}

fn uploaded() -> Result<Uploaded, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let server =
        runtime.block_on(LocalJupiterOne::builder().database(folder.path().join(".j1/local.db")).start())?;
    let url = server.url().to_owned();
    let jobs = [upload(&url, "grace")?, upload(&url, "hopper")?];
    Ok(Uploaded { folder, jobs, url, _runtime: runtime, _server: server })
}

#[test]
fn it_answers_from_the_data_file_while_a_server_has_it() -> Tested {
    let uploaded = uploaded()?;
    let folder = uploaded.folder.path();
    let query = "FIND User AS u RETURN u.name, u.active ORDER BY u.name";
    let ran = run(folder, &[query])?.exits(0);
    assert_eq!(ran.out, "u.name  u.active\nada     true\nhopper  true\n2 rows\n");
    let ran = run(folder, &[query, "--format", "csv"])?.exits(0);
    assert_eq!(ran.out, "u.name,u.active\nada,true\nhopper,true\n");
    let ran = run(folder, &[query, "--format", "json", "--at", &uploaded.jobs[0]])?.exits(0);
    let answer: Value = serde_json::from_str(&ran.out)?;
    assert_eq!((&answer["type"], &answer["data"][1]["u.name"]), (&json!("table"), &json!("grace")));

    let ran = run(folder, &["FIND acme_user THAT HAS UserGroup"])?.exits(0);
    assert!(ran.out.contains("acme:user:1  acme_user  User    ada\n1 entity\n"), "{}", ran.out);
    let ran = run(folder, &["FIND UserGroup THAT HAS User RETURN TREE"])?.exits(0);
    assert!(ran.out.contains("acme:group:1  HAS           acme:user:1\n1 relationship\n"), "{}", ran.out);
    let ran = run(folder, &["FIND User WITH name = ${param.who}", "--param", "who=ada"])?.exits(0);
    assert!(ran.out.ends_with("1 entity\n"), "{}", ran.out);
    // What JupiterOne does not document is said on stderr.
    let ran = run(folder, &["FIND User WITH name = /AD/"])?.exits(0);
    assert!(ran.err.contains("case-sensitive here") && ran.out.ends_with("0 entities\n"), "{ran:?}");
    Ok(())
}

#[test]
fn it_asks_a_server() -> Tested {
    let uploaded = uploaded()?;
    let elsewhere = tempfile::tempdir()?;
    let ran = run(elsewhere.path(), &["FIND acme_user", "--url", &uploaded.url])?.exits(0);
    assert!(ran.out.ends_with("2 entities\n"), "{}", ran.out);
    let ran = run(elsewhere.path(), &["FIND acme_user THAT", "--url", &uploaded.url])?.exits(2);
    assert!(ran.err.contains("J1-R4060"), "{}", ran.err);
    let ran = run(elsewhere.path(), &["FIND acme_user", "--url", "http://127.0.0.1:1"])?.exits(6);
    assert!(ran.err.contains("J1-R4062"), "{}", ran.err);
    Ok(())
}

#[test]
fn errors_in_a_query_are_underlined() -> Tested {
    let uploaded = uploaded()?;
    let folder = uploaded.folder.path();
    let ran = run(folder, &["FIND User AS u THAT IS? Person"])?.exits(2);
    assert!(
        ran.err.contains("error[J1-R4060]: Error parsing query. Unexpected token \"?\" at line 1 column 23")
            && ran.err.contains("  FIND User AS u THAT IS? Person\n                        ^\n"),
        "{}",
        ran.err
    );
    let ran = run(folder, &["FIND User RETURN TREE", "--format", "csv"])?.exits(2);
    assert!(ran.err.contains("a tree cannot be written as CSV"), "{}", ran.err);
    let ran = run(folder, &["FIND User", "--db", "none.db"])?;
    assert!(ran.err.contains("J1-R3001") && ran.code == Some(6), "{ran:?}");
    Ok(())
}

const QUESTIONS: &str = "
questions:
  - id: q1
    title: Who is there?
    queries:
      - query: FIND acme_user
        resultsAre: INFORMATIVE
      - name: groups
        query: |
          FIND acme_group
            THAT HAS acme_user AS u
            RETURN u.name
";

#[test]
fn all_queries_of_a_question_file_are_asked() -> Tested {
    let uploaded = uploaded()?;
    let folder = uploaded.folder.path();
    fs::write(folder.join("questions.yaml"), QUESTIONS)?;
    let ran = run(folder, &["--file", "questions.yaml"])?.exits(0);
    assert!(
        ran.out.contains("Who is there? (results are INFORMATIVE)\n")
            && ran.out.contains("[groups]\nu.name\nada\n"),
        "{}",
        ran.out
    );
    let ran = run(folder, &["--file", "questions.yaml", "--format", "json"])?.exits(0);
    let answer: Value = serde_json::from_str(&ran.out)?;
    assert_eq!(answer.pointer("/questions/0/queries/0/count"), Some(&json!(2)));
    fs::write(folder.join("questions.yaml"), QUESTIONS.replace("FIND acme_user\n", "FIND acme_user THAT\n"))?;
    let ran = run(folder, &["--file", "questions.yaml"])?.exits(8);
    assert!(ran.out.contains("Unexpected end of query") && ran.out.contains("u.name\nada\n"), "{}", ran.out);
    fs::write(folder.join("questions.yaml"), "questions: 3")?;
    let ran = run(folder, &["--file", "questions.yaml"])?.exits(2);
    assert!(ran.err.contains("J1-R4061"), "{}", ran.err);
    // The message of the YAML reader is part of ours.
    assert!(!ran.err.contains("error: "), "{}", ran.err);
    Ok(())
}

#[test]
fn questions_are_checked_against_the_integration() -> Tested {
    let acme = StandIn::new()?;
    acme.says(&description())?;
    let file = acme.folder().join("questions.yaml");
    fs::write(
        &file,
        "questions:\n  - id: a\n    title: A\n    queries:\n      - query: FIND acme_user WITH mail != undefined\n",
    )?;
    let ran = acme.ran(&["questions", "check", "-q"])?.exits(0);
    assert!(
        ran.out.ends_with("questions.yaml: 1 questions, 1 queries, 0 errors, 0 warnings\n"),
        "{}",
        ran.out
    );
    fs::write(
        &file,
        "questions:\n  - id: a\n    title: A\n    tags: [x, x]\n    queries:\n      - query: FIND acme_user WITH male = 'x'\n\
         \x20     - query: FIND acme_users\n        resultsAre: FINE\n\
         \x20 - id: a\n    title: A\n    queries:\n      - query: FIND Usr THAT HAZ Person AS p WITH name = 1\n\
         \x20     - query: FIND User WITH\n",
    )?;
    let ran = acme.ran(&["questions", "check", "-q"])?.exits(8);
    for part in [
        "error[duplicate-tag]: a: the tag `x` occurs twice",
        "error[unknown-property]: a, query 1: acme_user has no property `male`; did you mean `mail`? at line 1",
        "error[unknown-type]: a, query 2: no entity has the type `acme_users`; did you mean `acme_user`?",
        "error[results-are]: a, query 2: `resultsAre: FINE` is not one of GOOD",
        "error[duplicate-id]: a: the id `a` is already taken",
        "error[duplicate-title]: a: the title `A` is already taken",
        "error[unknown-class]: a, query 1: no entity has the class `Usr`; did you mean `User`?",
        "error[unknown-verb]: a, query 1: no relationship has the class `HAZ`",
        "warning[alias-before-with]: a, query 1",
        "error[unexpected-end]: a, query 2: Error parsing query. Unexpected end of query",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    let ran = acme.ran(&["questions", "check", "-q", "--output", "json"])?.exits(8);
    let report: Value = serde_json::from_str(&ran.out)?;
    assert_eq!((&report["valid"], &report["queries"]), (&json!(false), &json!(4)));
    Ok(())
}
